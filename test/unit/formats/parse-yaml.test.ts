import { expect, it } from 'vitest'
import { parseDatasetCard } from '#formats/dataset-card.ts'
import { parseYaml } from '#formats/parse-yaml.ts'

const aliases = Array.from({ length: 12 }, (_, i) =>
  i === 0 ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]' : `a${i}: &a${i} [${new Array(9).fill(`*a${i - 1}`).join(', ')}]`,
)

it.each([
  ['brackets', `a: ${'['.repeat(100_000)}`],
  ['closed brackets', `a: ${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['aliases that multiply', aliases.join('\n')],
  ['an alias of nothing', 'a: *nothing'],
  ['keys in keys', '? '.repeat(2000)],
  ['a list as a key', '{[a]: 1}'],
  ['very many lines', '\n'.repeat(3 << 20)],
])('[FZ6] YAML that asks for too much is no YAML: %s', (_, text) => {
  expect(() => parseYaml(text)).toThrow(SyntaxError)
  expect(parseDatasetCard(`---\nlicense: mit\n${text}\n---\n`)).toMatchObject({ isBroken: true, license: null })
})

it('[FZ7] a card of 20,000 classes is read; of a key that stands there twice the later one counts', () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `          '${i}': name ${i}`).join('\n')
  const card = parseDatasetCard(
    `---\nlicense: a\ndataset_info:\n  features:\n  - name: label\n    dtype:\n      class_label:\n        names:\n${names}\nlicense: b\n---\n`,
  )
  expect(card.features.classLabels.get('label')).toHaveLength(20_000)
  expect(card.license).toBe('b')
})

it('[FZ8] objects in the place of names are no names, whatever they call themselves', () => {
  const card = parseDatasetCard(
    '---\nlicense: mit\nconfigs:\n- data_files:\n  - split: {toString: 1, valueOf: 2}\n    path: x\n---\n',
  )
  expect(card).toMatchObject({ license: 'mit', dataFiles: null })
})
