/** The part of the page's script that shows the forge and the registry; it uses what the page defines before it. */
export const adminServers = `
function button(text, what) {
  const one = el('button', text)
  one.type = 'button'
  one.onclick = () => act(what)
  return one
}
function select(label, values) {
  const pick = el('select', null, ...values.map((value) => el('option', value)))
  return [el('label', label + ' ', pick), pick]
}
function field(label, value) {
  const input = el('input')
  input.value = value
  return [el('label', label + ' ', input), input]
}
function line(...children) {
  const row = el('div', null, ...children)
  row.className = 'row'
  return row
}
function switchForm(server, faults) {
  const [faultLabel, fault] = select('Fault', faults.names)
  const [methodLabel, method] = select('of', ['any request', 'GET', 'HEAD', 'PUT', 'POST', 'DELETE'])
  const [onLabel, on] = field('with, in its path,', '')
  const [nLabel, n] = field('Request n', '1')
  n.size = 3
  const rows = faults.items.map((one) => {
    const what = one.fault + ' · ' + (one.method || 'any') + ' ' + (one.on || '*') + ' · after ' + one.skip + (one.times === null ? ' · for good' : ' · ' + one.times + ' times')
    return el('li', what + ' ', button('Remove', () => ask('DELETE', '/' + server + '/admin/faults/' + one.id)))
  })
  const add = button('Let it fail', () => ask('POST', '/' + server + '/admin/faults', {
    fault: fault.value, method: method.selectedIndex === 0 ? null : method.value, on: on.value, skip: Math.max(0, Number(n.value) - 1),
  }))
  return el('div', null, line(faultLabel, methodLabel, onLabel, nLabel, add), el('ul', null, ...rows))
}
async function forgeSection() {
  const get = (what) => ask('GET', '/forge/admin/' + what)
  const [runs, checks, deliveries, faults] = await Promise.all([get('runs'), get('checks'), get('deliveries?last=20'), get('faults')])
  const [endsLabel, ends] = select('whose end-to-end check ends', ['success', 'failure', 'never'])
  const push = button('Push a commit', async () => {
    const pushed = await ask('POST', '/forge/admin/commits', { ends: ends.value === 'never' ? null : ends.value })
    main.dataset.pushed = pushed.sha
  })
  const [deployLabel, deploy] = select('of', ['infra', 'edge-cache'])
  const [placeLabel, place] = select('for', ['staging', 'production'])
  const [versionLabel, version] = field('as version', 'v1.5.0')
  const release = button('Release a version', () => ask('POST', '/forge/admin/releases', { deployName: deploy.value, environment: place.value, version: version.value }))
  const pushed = main.dataset.pushed ? [el('p', 'Pushed ', el('code', main.dataset.pushed))] : []
  return el('section', null, el('h2', 'Forge'), line(push, endsLabel), line(release, deployLabel, placeLabel, versionLabel), ...pushed,
    el('h3', 'Checks'),
    table('Checks', ['Commit', 'Context', 'State', 'Set'], checks.items.slice(-20).reverse().map((one) => el('tr', null, el('td', null, sha(one.sha)), el('td', one.context), el('td', one.state), el('td', null,
      button('Green', () => ask('POST', '/forge/admin/checks', { sha: one.sha, context: one.context, state: 'success' })), button('Red', () => ask('POST', '/forge/admin/checks', { sha: one.sha, context: one.context, state: 'failure' })))))),
    el('h3', 'Workflow runs'),
    table('Workflow runs', ['Run', 'Title', 'Status', 'End'], runs.items.slice(-20).reverse().map((run) => el('tr', null, el('td', String(run.id)), el('td', run.title), el('td', run.conclusion || run.status), el('td', null,
      ...(run.status === 'completed' ? [] : ['success', 'failure', 'cancelled'].map((how) => button(how, () => ask('POST', '/forge/admin/runs/' + run.id, { conclusion: how })))))))),
    el('h3', 'Webhooks sent'),
    table('Webhooks sent', ['At', 'Event', 'Answer', 'What it said', 'Again'], deliveries.items.reverse().map((one) => el('tr', null, el('td', one.at), el('td', one.event), el('td', one.status == null ? '—' : String(one.status)), el('td', one.said), el('td', null, button('Send again', () => ask('POST', '/forge/admin/deliveries/' + one.seq)))))),
    el('h3', 'Let a request to the API fail'), switchForm('forge', faults))
}
async function registrySection() {
  const get = (what) => ask('GET', '/registry/admin/' + what)
  const [images, record, faults] = await Promise.all([get('images'), get('record?last=20'), get('faults')])
  return el('section', null, el('h2', 'Registry at 127.0.0.1:' + images.port),
    table('Images', ['Repository', 'Tag', 'Digest', 'Built from', 'Remove'], images.items.map((one) => el('tr', null, el('td', one.repository), el('td', one.tag), el('td', null, el('code', one.digest.slice(0, 19))), el('td', null, sha(one.revision)), el('td', null,
      button('Remove tag', () => ask('PUT', '/registry/admin/tags', { repository: one.repository, tag: one.tag, digest: null })))))),
    el('h3', 'Last requests'),
    table('Last requests to the registry', ['At', 'Request', 'Status', 'Fault'], record.items.reverse().map((one) => el('tr', null, el('td', one.at), el('td', one.method + ' ' + one.path), el('td', one.status == null ? '—' : String(one.status)), el('td', one.fault || '')))),
    el('h3', 'Let a request fail'), switchForm('registry', faults))
}`
