// Two minutes before the session ends a dialog offers to stay: one dialog, however many tabs are open, and what one tab
// hears all of them know. The seconds come from the server, so a wrong clock here does not matter.
import { saveAll } from './drafts.js'

const WARN = 120
const left = Number(document.body.dataset.left)
let ends = Date.now() + left * 1000
let dialog = null
let isOver = false
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

// Opens the form of this page again, filled in as it is kept.
function back() {
  const form = document.querySelector('form[data-draft]')
  const key = form?.elements.key?.value
  if (key && !location.search.includes(key)) return `${new URL(form.action).pathname}?key=${key}`
  return location.pathname + location.search
}

// The time is over: the way back in, and the form beneath stays as it is.
function end(title, text) {
  isOver = true
  if (!dialog) return
  dialog.querySelector('h2').textContent = title
  say(text)
  const signIn = element('a', 'Sign in again', 'govuk-button')
  signIn.href = `/sign-in?${new URLSearchParams({ next: back() })}`
  signIn.role = 'button'
  const closes = element('button', 'Close', 'app-link-button app-text-button')
  closes.type = 'button'
  closes.addEventListener('click', close)
  dialog.querySelector('.govuk-button-group').replaceChildren(signIn, closes)
  signIn.focus()
}

const ended = () => end('You have been signed out', 'What you typed is kept. Sign in again, and it comes back filled in.')

async function stay() {
  if (isOver) return close()
  try {
    const answer = await fetch('/account/stay', {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({ epoch: document.body.dataset.epoch }),
    })
    if (answer.redirected) return ended()
    const { left, says } = await answer.json()
    if (says) return end('This page belongs to another account', `${says}. What you typed is kept.`)
    know(Date.now() + left * 1000)
    tabs.postMessage(ends)
    if (left > WARN) close()
    else say('This session has reached its longest and can’t go on. What you typed is kept as a draft; sign in again to go on with it.')
  } catch {
    say('You could not be kept signed in, since the service can’t be reached. Try again.')
  }
  return undefined
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
  const stamp = element('input', '')
  Object.assign(stamp, { type: 'hidden', name: 'epoch', value: document.body.dataset.epoch })
  out.append(stamp, element('button', 'Sign out', 'app-link-button app-text-button'))
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
  isOver = false
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
  if (!dialog || isOver) return undefined
  if (seconds <= 0) ended()
  else if (!dialog.querySelector('p').textContent.startsWith('This')) {
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
