// Exit codes of the command line (docs/command-line.md): what a script may rely on.
import { type ErrorCode, assertNever } from '#core/errors.ts'

export function exitCodeOf(code: ErrorCode): number {
  switch (code) {
    case 'usage':
    case 'filter_syntax':
    case 'unknown_name':
      return 2
    case 'not_found':
      return 3
    case 'unsafe_path':
    case 'unsupported_format':
    case 'broken_file':
    case 'too_large':
    case 'empty_source':
    case 'model_invalid':
    case 'model_unsupported':
    case 'library_newer':
      return 4
    case 'cancelled':
      return 5
    case 'network':
    case 'rate_limited':
    case 'auth_required':
      return 6
    case 'no_space':
      return 7
    case 'already_exists':
    case 'predictor_failed':
    case 'library_locked':
    case 'no_permission':
    case 'internal':
      return 1
    default:
      return assertNever(code)
  }
}
