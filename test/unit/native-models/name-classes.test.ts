import { describe, expect, it } from 'vitest'
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { nameClasses } from '#models/name-classes.ts'
import { classesFromConfig } from '#models/read-classes.ts'
import { readLabelFile } from '#models/read-label-file.ts'

const wnids = imagenet1kClasses.map(({ wnid }) => wnid)
const labels = imagenet1kClasses.map(({ names }) => names.join(', '))

describe('lists of classes', () => {
  it.each([
    ['lines', 'cat\ndog\nemu\n'],
    ['lines of Windows, marked as UTF-8', '\uFEFFcat\r\ndog\r\nemu\r\n\r\n'],
    ['numbered lines', '0: cat\n1: dog\n2: emu'],
    ['lines numbered from 1, by tabs', '1\tcat\n2\tdog\n3\temu\n'],
    ['comma-separated numbers', '0,cat\n1,dog\n2,emu'],
    ['JSON', '["cat", "dog", "emu"]'],
    ['JSON by id', '{"2": "emu", "0": "cat", "1": "dog"}'],
    ['JSON by name', '{"emu": 2, "cat": 0, "dog": 1}'],
    ['Keras’ class index', '{"0": ["n02123045", "cat"], "1": ["n1", "dog"], "2": ["n2", "emu"]}'],
    ['Python', `{0: 'cat', 1: "dog",\n 2: 'emu'}`],
  ])('[RM17] are read as %s', (_, text) => {
    expect(readLabelFile(text, 'labels.txt')).toEqual(['cat', 'dog', 'emu'])
  })

  it('[RM17] keep quotes, colons and digits that belong to names, and refuse gaps and nothing', () => {
    expect(readLabelFile(`{0: 'gr\\'een', 1: "it's"}`, 'a')).toEqual(["gr'een", "it's"])
    expect(readLabelFile('7\n8\n9', 'a')).toEqual(['7', '8', '9'])
    expect(readLabelFile('0 cats\n2 cats', 'a')).toEqual(['0 cats', '2 cats'])
    for (const text of ['', ' \n', '{}', '[1, 2]', '{"0": "a", "2": "b"}'])
      expect(() => readLabelFile(text, 'a'), text).toThrow(expect.objectContaining({ code: 'model_unsupported' }))
  })

  it('[RM17] are no names where Transformers made them up', () => {
    expect(classesFromConfig({ id2label: { 0: 'LABEL_0', 1: 'LABEL_1' } }, 'config.json')).toBeNull()
    expect(classesFromConfig({ id2label: { 0: 'LABEL_1', 1: 'LABEL_0' } }, 'config.json')).toEqual([
      'LABEL_1',
      'LABEL_0',
    ])
  })

  it('[RM18] lose WordNet ids before names, and get ImageNet’s names for ids alone', () => {
    const named = imagenet1kClasses.map(({ wnid, names }) => `${wnid} ${names.join(', ')}`)
    for (const given of [named, wnids]) {
      const found = nameClasses({ names: given, file: 'synset.txt' }, 1000, [])
      expect(found).toEqual({ classes: labels, labelSpace: 'imagenet-1k' })
    }
    expect(nameClasses({ names: ['n00000001 cat', 'n00000002 dog'], file: 'a' }, 2, [])).toEqual({
      classes: ['cat', 'dog'],
      labelSpace: 'own',
    })
    expect(nameClasses({ names: ['n00000001', 'n00000002'], file: 'a' }, 2, []).classes).toEqual([
      'n00000001',
      'n00000002',
    ])
  })

  it('[RM2] have ImageNet’s ids where the first of 1,001 is the background, named or not', () => {
    const notes: string[] = []
    const expected = { classes: [...labels, 'background'], labelSpace: 'imagenet-1k', backgroundFirst: true }
    expect(nameClasses({ names: ['background', ...labels], file: 'a' }, 1001, notes)).toEqual(expected)
    expect(notes).toEqual([])
    expect(nameClasses({ names: labels, file: 'labels.txt' }, 1001, notes)).toEqual(expected)
    expect(nameClasses(null, 1001, notes)).toEqual(expected)
    expect(notes).toHaveLength(2)
    const own = Array.from({ length: 1001 }, (_, id) => `thing ${id}`)
    expect(nameClasses({ names: own, file: 'a' }, 1001, [])).toEqual({ classes: own, labelSpace: 'own' })
    expect(() => nameClasses({ names: own.slice(1), file: 'a' }, 1001, [])).toThrow(/1001 classes, but a names 1000/)
  })
})
