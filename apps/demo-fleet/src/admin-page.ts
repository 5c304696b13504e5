import { forgeFaults } from '@rollcall/forge/testing'
import { adminServers } from './admin-servers.ts'
import { faultNames, faults } from './faults.ts'
import { runFaults } from './forge/run-life.ts'
import { registryFaults } from './registry/faults.ts'

const options = ['', 'none', ...faultNames]
  .map((name) => `<option value="${name}">${name === '' ? 'as its name says' : name}</option>`)
  .join('')
const terms = (rows: [name: string, does: string][]) =>
  `<dl>${rows.map(([name, does]) => `<dt>${name}</dt><dd>${does}</dd>`).join('')}</dl>`
const doesOf = (table: Record<string, { does: string }>) =>
  Object.entries(table).map(([name, { does }]): [string, string] => [name, does])
const legend = `<h2>Faults of tenants</h2>${terms(doesOf(faults))}
<h2>Faults of images</h2>${terms(doesOf(registryFaults))}
<h2>Faults of workflow runs</h2>${terms(Object.entries(runFaults))}
<h2>Faults of the forge</h2>${terms(Object.entries(forgeFaults))}`

/**
 * The page of this box: forge, registry, environments with their tenants, faults, the records. It holds no data and no
 * secret itself: it asks for the token and fetches. Everything fetched reaches the page as text, never as markup.
 */
export const adminPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Demo fleet</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { margin: 2rem auto; max-width: 64rem; padding: 0 1rem }
h1 { font-size: 1.3rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; vertical-align: top }
th { font-weight: 600 } code { font-family: ui-monospace, monospace }
form, .row { display: flex; gap: .5rem; flex-wrap: wrap; align-items: center }
.scroll { overflow-x: auto } [role=status] { min-height: 1.5em }
a { color: light-dark(#0969da, #58a6ff) }
body { background: light-dark(#fff, #0d1117); color: light-dark(#1f2328, #e6edf3) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem } dt { font-family: ui-monospace, monospace } dd { margin: 0 }
</style>
<main>
<h1>Demo fleet</h1>
<form id="enter"><label>Token <input id="token" type="password" autocomplete="off" required></label> <button>Show</button></form>
<p role="status" id="status"></p>
<div id="servers"></div>
<div id="fleets"></div>
${legend}
</main>
<template id="faults"><select aria-label="Fault">${options}</select></template>
<script>
'use strict'
const main = document.getElementById('fleets'), say = document.getElementById('status'), tokenField = document.getElementById('token')
const shown = 200
async function ask(method, path, body) {
  const response = await fetch(path, { method, headers: { authorization: 'Bearer ' + tokenField.value, 'content-type': 'application/json' }, body: body && JSON.stringify(body) })
  const answer = await response.json()
  if (!response.ok) throw new Error(answer.error || String(response.status))
  return answer
}
function el(name, text, ...children) {
  const node = document.createElement(name)
  if (text != null) node.textContent = text
  node.append(...children)
  return node
}
const sha = (text) => el('code', text ? text.slice(0, 7) : '—')
function table(label, heads, rows) {
  const head = el('tr', null, ...heads.map((text) => { const cell = el('th', text); cell.scope = 'col'; return cell }))
  const box = el('div', null, el('table', null, el('thead', null, head), el('tbody', null, ...rows)))
  box.className = 'scroll'
  box.tabIndex = 0
  box.setAttribute('role', 'group')
  box.setAttribute('aria-label', label)
  return box
}
function tenantRow(env, tenant) {
  const pick = document.getElementById('faults').content.firstElementChild.cloneNode(true)
  pick.value = tenant.switch ? tenant.switch.fault : ''
  pick.setAttribute('aria-label', 'Fault of ' + tenant.slug)
  pick.onchange = () => act(() => pick.value === ''
    ? ask('DELETE', '/' + env + '/admin/faults/' + tenant.slug)
    : ask('PUT', '/' + env + '/admin/faults/' + tenant.slug, { fault: pick.value }))
  const remove = el('button', 'Remove')
  remove.setAttribute('aria-label', 'Remove ' + tenant.slug)
  remove.onclick = () => confirm('Remove ' + tenant.slug + '?') && act(() => ask('DELETE', '/' + env + '/admin/tenants/' + tenant.slug))
  const link = el('a', tenant.slug)
  link.href = '/' + env + '/t/' + tenant.slug + '/'
  return el('tr', null, el('td', null, link), el('td', tenant.state), el('td', null, sha(tenant.sha)), el('td', tenant.since || ''), el('td', tenant.fault || ''), el('td', null, pick), el('td', null, remove))
}
function callRow(item) {
  const what = item.kind === 'served' ? item.slug + ' shows ' + item.sha.slice(0, 7)
    : (item.slugs ? item.slugs.join(', ') : 'the whole fleet') + ' → ' + (item.tag || '—') + (item.dryRun ? ' (dry run)' : '')
  const came = (item.perSlug || []).map((one) => one.slug + ' ' + one.action + ' ' + one.outcome).join(', ')
  return el('tr', null, el('td', item.at), el('td', item.kind), el('td', what), el('td', item.status == null ? '' : String(item.status)), el('td', came))
}
function addForm(env) {
  const slug = el('input'), commit = el('input'), form = el('form', null, el('label', 'New tenant ', slug), el('label', 'Build (full sha, or empty) ', commit), el('button', 'Add'))
  slug.required = true
  form.onsubmit = (event) => { event.preventDefault(); act(() => ask('POST', '/' + env + '/admin/tenants', { slug: slug.value, sha: commit.value || null })) }
  return form
}
async function fleet({ name, light, total }) {
  const [tenants, record] = await Promise.all([ask('GET', '/' + name + '/admin/tenants?limit=' + shown), ask('GET', '/' + name + '/admin/record?last=30')])
  const more = total > shown ? ' (the first ' + shown + ' are shown)' : ''
  return el('section', null,
    el('h2', name + ' — ' + total + (light ? ' light' : '') + ' tenants' + more),
    table('Tenants of ' + name, ['Tenant', 'State', 'Runs', 'Since', 'Fault', 'Switch', 'Remove'], tenants.items.map((tenant) => tenantRow(name, tenant))),
    addForm(name),
    el('h3', 'Last calls'),
    table('Last calls to ' + name, ['At', 'Kind', 'What', 'Status', 'Per tenant'], record.items.reverse().map(callRow)))
}
${adminServers}
async function show() {
  const { items, registry, forge } = await ask('GET', '/admin/environments')
  const servers = await Promise.all([forge ? forgeSection() : null, registry ? registrySection() : null])
  document.getElementById('servers').replaceChildren(...servers.filter((section) => section !== null))
  main.replaceChildren(...await Promise.all(items.map(fleet)))
  say.textContent = 'As of ' + new Date().toLocaleTimeString()
}
async function act(what) {
  try { await what(); await show() } catch (error) { say.textContent = error.message }
}
document.getElementById('enter').onsubmit = (event) => { event.preventDefault(); act(async () => {}) }
</script>
</html>
`
