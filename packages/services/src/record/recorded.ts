const recorded = new WeakSet<object>()

/** A refusal whose verb has written its own row of the audit: the door writes no second one. */
export function recordedRefusal<E extends object>(error: E): E {
  recorded.add(error)
  return error
}

export const isRecorded = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && recorded.has(error)
