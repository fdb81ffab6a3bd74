// tokenizer.json as far as it is looked into before texts are encoded: large, and from anywhere.
import { readFile, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTokenizer } from '#models/text/open-tokenizer.ts'
import { readTokenizerFile } from '#models/text/read-tokenizer-file.ts'
import { failureOf, makeFolder, projectRoot } from '../../support/test-engine.ts'

let root: string
let remove: () => Promise<void>

beforeAll(async () => {
  ;({ folder: root, remove } = await makeFolder())
})
afterAll(async () => await remove())

async function write(name: string, text: string): Promise<string> {
  const file = path.join(root, name)
  await writeFile(file, text)
  return file
}

const clip = path.join(projectRoot, 'test/fixtures/models/dual-encoders/clip/tokenizer.json')

describe('the rules of a tokenizer', () => {
  it('[QL15] that never end are stopped and told, and the others go on', async () => {
    const json = JSON.parse(await readFile(clip, 'utf8')) as object
    const endless = { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated', invert: false }
    const tokenizer = await write('endless.json', JSON.stringify({ ...json, pre_tokenizer: endless }))
    const tokenize = await openTokenizer({ tokenizer, maxTokens: 77, lowercase: false }, 200)
    const failure = await failureOf(Promise.resolve().then(() => tokenize(`${'a'.repeat(60)}b`)))
    expect(failure).toMatchObject({ code: 'model_unsupported', details: { file: tokenizer } })
    expect(failure.message).toContain('more than 0.2 s')
    expect(tokenize('b').length).toBeGreaterThan(0)
  })
})

describe('the vocabulary of a tokenizer', () => {
  it('[KS90] has a token by its own name only', async () => {
    const added = [{ id: 7, content: '<pad>' }]
    const vocab = '{"a":0,"__proto__":3,"worded":"4","half":0.5}'
    const file = await write('ids.json', `{"model":{"vocab":${vocab}},"added_tokens":${JSON.stringify(added)}}`)
    const { idOf } = await readTokenizerFile(file)
    const tokens = ['a', '<pad>', '__proto__', 'constructor', 'toString', 'worded', 'half', 'missing']
    expect(tokens.map(idOf)).toEqual([0, 7, 3, null, null, null, null, null])
  })

  it('[KS90] has it at its place in a list, too', async () => {
    const vocab = [['<unk>', 0], 'no pair', ['a', -1.5]]
    const { idOf } = await readTokenizerFile(await write('list.json', JSON.stringify({ model: { vocab } })))
    expect(['<unk>', 'a', 'no pair', 'length'].map(idOf)).toEqual([0, 2, null, null])
  })

  it.each(['"x"', 'null', '-1', '{}'])('[KS90] is refused in words with %s for an id', async (id) => {
    const text = await readFile(clip, 'utf8')
    const spoilt = JSON.parse(text) as { model: { vocab: Record<string, unknown> } }
    for (const token of Object.keys(spoilt.model.vocab)) spoilt.model.vocab[token] = JSON.parse(id)
    const tokenizer = await write('spoilt.json', JSON.stringify(spoilt))
    const opened = openTokenizer({ tokenizer, maxTokens: 77, lowercase: false })
    const failure = await failureOf(opened.then((tokenize) => tokenize('a clock')))
    expect(failure.code).toMatch(/^model_/)
    expect(failure.message).toContain(tokenizer)
  })

  it('[KS90] is refused in a file that is larger than any tokenizer', async () => {
    const file = await write('large.json', '')
    await truncate(file, 2 ** 26 + 1)
    expect(await failureOf(readTokenizerFile(file))).toMatchObject({ code: 'too_large' })
  })
})
