// Names of the files beside an ONNX graph that say what it takes and gives.

/** Lists of class names, from the one that is meant for the purpose to those that are there by the way. */
export const labelFiles: readonly string[] = [
  'labels.txt',
  'labels.json',
  'id2label.json',
  'classes.txt',
  'classes.json',
  'class_names.txt',
  'class_names.json',
  'class_index.json',
  'imagenet_classes.txt',
  'imagenet_classes.json',
  'imagenet_class_index.json',
  'imagenetlabels.txt',
  'imagenet-simple-labels.json',
  'imagenet1000_clsidx_to_labels.txt',
  'synset_words.txt',
  'synset.txt',
  'synsets.txt',
  'imagenet_synsets.txt',
]

/** Of models that take texts. */
const textFiles = ['tokenizer.json', 'tokenizer_config.json']

const described = new Set(['config.json', 'preprocessor_config.json', 'readme.md', ...textFiles, ...labelFiles])

/** Whether a file of this name, in the graph's folder or the one above `onnx/`, describes a model. */
export function isModelCompanion(name: string): boolean {
  const lower = name.toLowerCase()
  return described.has(lower) || /^licen[cs]e(?:\.\w+)?$/.test(lower)
}
