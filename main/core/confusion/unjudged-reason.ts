// Why samples are in no cell of a confusion: nothing to judge by, or nothing to judge.

/**
 * `no accepted label`: there is a class and a prediction, but no label that the model could give is known to be right.
 */
export type UnjudgedReason = 'no class' | 'no prediction' | 'no accepted label'

/** `none` stands for no class and for no prediction. A sample that has neither lacks a class first of all. */
export function unjudgedReason(truth: number, predicted: number, none: number): UnjudgedReason {
  if (truth === none) return 'no class'
  return predicted === none ? 'no prediction' : 'no accepted label'
}
