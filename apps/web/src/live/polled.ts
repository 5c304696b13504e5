/** Under every live screen lies a poll, so that a dead stream still shows the truth; it rests while nobody looks. */
export const polled = {
  refetchInterval: 15_000,
  refetchIntervalInBackground: false,
  refetchOnWindowFocus: true,
} as const
