import { type CSSVariablesResolver, createTheme } from '@mantine/core'

/** Where the choice light / dark / system is kept; the script in the layout reads it before the first paint. */
export const schemeKey = 'rollcall-scheme'

export const theme = createTheme({
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  headings: { fontFamily: 'var(--display)' },
  primaryColor: 'dark',
  defaultRadius: 'sm',
  radius: { xs: 'var(--r1)', sm: 'var(--r2)', md: 'var(--r3)' },
  focusRing: 'auto',
  respectReducedMotion: true,
  cursorType: 'pointer',
  // Nearly every field is required: a star on each would say nothing.
  components: {
    InputWrapper: { defaultProps: { withAsterisk: false } },
    // What drops down belongs to its field, not to the end of the document.
    Select: { defaultProps: { comboboxProps: { withinPortal: false } } },
  },
})

/** The library paints with our tokens: it has no colours of its own. */
export const variables: CSSVariablesResolver = () => {
  const tokens = {
    '--mantine-color-body': 'var(--bg)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--dim)',
    '--mantine-color-placeholder': 'var(--faint)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-anchor': 'var(--ink)',
    '--mantine-color-default': 'var(--panel)',
    '--mantine-color-default-hover': 'var(--sunk)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-primary-color-filled': 'var(--ink)',
    '--mantine-primary-color-filled-hover': 'var(--dim)',
    '--mantine-primary-color-contrast': 'var(--paper-on-ink)',
  }
  return { variables: {}, light: tokens, dark: tokens }
}
