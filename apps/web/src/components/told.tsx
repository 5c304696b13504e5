// Seven characters of a commit have a digit and a letter; a word or a number of that length has not both.
const shas = /\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7}\b/g

/** A sentence from the core, with the commits in it set as commits. */
export function Told({ text }: { text: string }) {
  const words = text.split(shas)
  const found = text.match(shas) ?? []
  return words.flatMap((words, index) => {
    const sha = found[index]
    return sha === undefined
      ? [words]
      : [
          words,
          // biome-ignore lint/suspicious/noArrayIndexKey: the places in one sentence are its identity
          <span key={index} className="mono">
            {sha}
          </span>,
        ]
  })
}
