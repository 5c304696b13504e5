import { timesSlower } from '@rollcall/outbound/testing'
import { describe, expect, it } from 'vitest'
import { casesOf } from '../testing/index.ts'
import { readWorkflowPath, resolveWorkflowPath, workflowFileOf } from './workflow-path.ts'

describe('the path of a reusable workflow', () => {
  it.each(casesOf('receiver.workflow-path'))('agrees with the field about $id', ({ given, expect: expected }) => {
    expect(resolveWorkflowPath(given.path, given.ref)).toBe(expected)
  })

  it.each([
    ['deploy.yaml', './.github/workflows/deploy.yaml'],
    ['deploy.yml', './.github/workflows/deploy.yml'],
    ['./.github/workflows/a.yml', './.github/workflows/a.yml'],
    ['.gitea/workflows/a.yml', './.gitea/workflows/a.yml'],
    ['org/r/.gitea/workflows/a.yml', 'org/r/.gitea/workflows/a.yml@main'],
    ['org/r/.github/workflows/a.yml@feature/x', 'org/r/.github/workflows/a.yml@feature/x'],
  ])('of %s is %s', (path, wanted) => expect(resolveWorkflowPath(path, 'main')).toBe(wanted))

  it('of a bare file is in the folder of the forge', () => {
    expect(resolveWorkflowPath('deploy.yaml', 'main', 'gitea')).toBe('./.gitea/workflows/deploy.yaml')
  })

  it.each([
    '',
    ' ',
    '/etc/passwd',
    'deploy',
    'deploy.yaml ',
    'de ploy.yaml',
    'deploy.yaml\n',
    '../deploy.yaml',
    '.github/deploy.yaml',
    '.github/workflows/',
    '.github/workflows/../x.yaml',
    '.github/workflows/sub/x.yaml',
    '.github/workflows/a.yml@main',
    'org/.github/workflows/a.yml',
    './org/r/.github/workflows/a.yml',
    'org/r/.github/workflows/a.yml@',
    'org/r/.github/workflows/a.yml@-x',
    'org/r/.github/workflows/a.yml@a..b',
    'org/r/.github/workflows/a.yml@a b',
    `org/r/.github/workflows/\${{ x }}.yml`,
    'https://example.com/o/r/.github/workflows/a.yml',
    'o/r/.github/workflows/o/r/.github/workflows/a.yml',
  ])('is refused for %j', (path) => {
    expect(typeof readWorkflowPath(path)).toBe('string')
    expect(() => resolveWorkflowPath(path, 'main')).toThrow(TypeError)
  })
})

describe('the file that a run came from', () => {
  it.each([
    ['.github/workflows/deploy.yml@refs/heads/main', 'deploy.yml'],
    ['.gitea/workflows/deploy.yml', 'deploy.yml'],
    ['deploy.yml@main', 'deploy.yml'],
    ['deploy.yml@refs/heads/a@b', 'deploy.yml'],
    ['', ''],
  ])('of %j is %j', (path, file) => expect(workflowFileOf(path)).toBe(file))

  it('is found as fast in any path', () => {
    const find = (length: number) => void workflowFileOf(`${'@'.repeat(length)}\n`)
    expect(timesSlower(find, 2_000, 16)).toBeLessThan(80)
  })
})
