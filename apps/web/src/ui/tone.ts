/** What a colour may mean; nothing else is coloured. */
export type Tone = 'good' | 'move' | 'person' | 'bad' | 'wait' | 'none'

export const toneClass = (tone: Tone): string => `tone-${tone}`
