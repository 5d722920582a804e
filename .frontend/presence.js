// Who of one's organisation is at what right now. A page that holds a contact's form says so every few seconds while it
// is in view; what others say comes as server-sent events, and fades unless it is said again. Pages are whole without.
//
// <p data-presence="C…">   on a contact's page; while a form of an action stands open in it, its person is seen by others
// <tr data-crn="C…"> … <i>   on a row of a list

const page = document.querySelector('[data-presence]')
const list = document.querySelector('[data-queue-list]')
const SAYS_EVERY = 5000

function place(crn) {
  if (page?.dataset.presence === crn) return page
  return document.querySelector(`tr[data-crn="${CSS.escape(crn)}"] i`)
}

// In a row there is room for the name; the rest is heard, and in the title.
function inRow(at, name, says) {
  const rest = document.createElement('span')
  rest.className = 'govuk-visually-hidden'
  rest.textContent = says.slice(name.length)
  at.title = says
  at.textContent = name
  at.append(rest)
}

const fading = new Map()
function show({ crn, name, says, fades }) {
  const at = place(crn)
  if (!at) return
  clearTimeout(fading.get(crn))
  if (at.textContent !== says) {
    at.textContent = says
    if (at !== page) inRow(at, name, says)
  }
  at.classList.add('app-presence--on')
  fading.set(crn, setTimeout(() => {
    at.textContent = ''
    at.classList.remove('app-presence--on')
  }, fades * 1000))
}

let events = null
let saying = null
function say() {
  const action = document.querySelector('.app-act--open, .app-act:target')?.dataset.act
  if (!action || !page) return
  fetch(`/contacts/${page.dataset.presence}/presence`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ action, epoch: document.body.dataset.epoch }),
  }).catch(() => {})
}

function follow() {
  const inView = document.visibilityState === 'visible'
  if (inView && !events) {
    events = new EventSource('/presence')
    events.onmessage = (event) => show(JSON.parse(event.data))
    say()
    saying = setInterval(say, SAYS_EVERY)
  }
  if (!inView && events) {
    events.close()
    events = null
    clearInterval(saying)
  }
}

if (page || list) {
  document.addEventListener('visibilitychange', follow)
  addEventListener('pagehide', () => { events?.close(); events = null; clearInterval(saying) })
  addEventListener('pageshow', follow)
  addEventListener('hashchange', say)
  follow()
}
