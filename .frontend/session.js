// Two minutes before the session ends a dialog offers to stay: one dialog, however many tabs are open, and what one tab
// hears all of them know. The seconds come from the server, so a wrong clock here does not matter.
import { saveAll } from './drafts.js'

const WARN = 120
const left = Number(document.body.dataset.left)
let ends = Date.now() + left * 1000
let dialog = null
let release = null

const element = (name, text, className) => {
  const made = document.createElement(name)
  made.textContent = text
  if (className) made.className = className
  return made
}

// Said in steps: a screen reader must not read every second.
function inWords(seconds) {
  if (seconds > 60) return '2 minutes'
  return seconds > 40 ? '1 minute' : `${Math.max(20, Math.ceil(seconds / 20) * 20)} seconds`
}

function say(text) {
  const says = dialog.querySelector('p')
  if (says.textContent !== text) says.textContent = text
}

function close() {
  dialog?.remove()
  dialog = null
  release?.()
  release = null
}

async function stay() {
  try {
    const answer = await fetch('/account/stay', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } })
    const { left } = await answer.json()
    know(Date.now() + left * 1000)
    tabs.postMessage(ends)
    if (left > WARN) close()
    else say('This session has reached its longest and can’t go on. What you typed is kept as a draft; sign in again to go on with it.')
  } catch {
    say('You could not be kept signed in. What you typed is kept: send it as usual, or sign in again.')
  }
}

function warn() {
  saveAll()
  dialog = element('dialog', '', 'app-dialog')
  dialog.setAttribute('aria-labelledby', 'session-title')
  const title = element('h2', 'You’re about to be signed out', 'govuk-heading-m')
  title.id = 'session-title'
  const says = element('p', '', 'govuk-body')
  says.setAttribute('aria-live', 'polite')
  const stays = element('button', 'Stay signed in', 'govuk-button')
  stays.type = 'button'
  stays.addEventListener('click', stay)
  const out = element('form', '')
  out.method = 'post'
  out.action = '/sign-out'
  out.append(element('button', 'Sign out', 'app-link-button app-text-button'))
  const row = element('div', '', 'govuk-button-group')
  row.append(stays, out)
  dialog.append(title, says, row)
  // any way of closing it means to stay
  dialog.addEventListener('cancel', (event) => { event.preventDefault(); stay() })
  document.body.append(dialog)
  dialog.showModal()
}

function know(until) {
  ends = until
}

function tick() {
  const seconds = (ends - Date.now()) / 1000
  if (seconds > WARN) return close()
  if (!dialog && seconds > 0 && document.visibilityState === 'visible') {
    navigator.locks.request('cms session', { ifAvailable: true }, (lock) => {
      if (!lock || dialog) return undefined
      warn()
      return new Promise((done) => { release = done })
    })
    return undefined
  }
  if (dialog && seconds <= 0) {
    say('You have been signed out. What you typed is kept: send it as usual and sign in, and it comes back filled in.')
    dialog.querySelector('.govuk-button')?.remove()
  } else if (dialog && !dialog.querySelector('p').textContent.startsWith('This')) {
    say(`You will be signed out in ${inWords(seconds)}. What you have typed is kept.`)
  }
  return undefined
}

let tabs = null
if (left) {
  tabs = new BroadcastChannel('cms session')
  tabs.onmessage = ({ data }) => { if (data > ends) know(data) }
  tabs.postMessage(ends)
  setInterval(tick, 1000)
}
