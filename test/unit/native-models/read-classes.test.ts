import { describe, expect, it } from 'vitest'
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { classesFromConfig, classesFromMetadata, labelSpaceOf } from '#models/read-classes.ts'

describe('class names', () => {
  it('[MD8] come from id2label by id, or from timm’s label_names with their descriptions', () => {
    expect(classesFromConfig({ id2label: { 1: 'b', 0: 'a' } }, 'config.json')).toEqual(['a', 'b'])
    expect(
      classesFromConfig({ label_names: ['n1', 'n2'], label_descriptions: { n1: 'tench' } }, 'config.json'),
    ).toEqual(['tench', 'n2'])
    expect(classesFromConfig({ hidden_dim: 3 }, 'config.json')).toBeNull()
    expect(() => classesFromConfig({ id2label: { 0: 'a', 2: 'c' } }, 'config.json')).toThrow(/id 1/)
    expect(() => classesFromConfig({ id2label: ['a'] }, 'config.json')).toThrow(
      expect.objectContaining({ code: 'model_unsupported' }),
    )
  })

  it('[MD9] come from the file’s metadata, as JSON or as Python prints them', () => {
    expect(classesFromMetadata(new Map([['names', `{0: 'person', 1: "bird's nest"}`]]), 'm.onnx')).toEqual([
      'person',
      "bird's nest",
    ])
    expect(classesFromMetadata(new Map([['labels', '["a", "b"]']]), 'm.onnx')).toEqual(['a', 'b'])
    expect(classesFromMetadata(new Map([['id2label', '{"0": "a"}']]), 'm.onnx')).toEqual(['a'])
    expect(classesFromMetadata(new Map([['names', 'none']]), 'm.onnx')).toBeNull()
  })

  it('[MD10] are ImageNet-1k’s where order and names agree, whichever of the usual spellings they have', () => {
    const first = imagenet1kClasses.map(({ names }) => names[0] ?? '')
    expect(labelSpaceOf(imagenet1kClasses.map(({ names }) => names.join(', ')))).toBe('imagenet-1k')
    expect(labelSpaceOf(first.map((name) => name.replaceAll(' ', '_')))).toBe('imagenet-1k')
    expect(labelSpaceOf(imagenet1kClasses.map(({ wnid }) => wnid))).toBe('imagenet-1k')
    expect(labelSpaceOf(first.toSorted())).toBe('own')
    expect(labelSpaceOf(first.slice(1))).toBe('own')
  })
})
