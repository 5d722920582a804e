// Keeps what is typed as a draft on the server: <form data-draft> a few seconds after each change, and when its page goes
// out of view. Once a form is sent nothing more is saved of it.

const EVERY = 2000
const savers = []

const dirty = []

export const saveAll = () => Promise.all(savers.map((save) => save()))

function keep(form) {
  const url = `/drafts?${new URLSearchParams({ to: new URL(form.action).pathname, drawn: form.dataset.draft })}`
  const typed = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string')).toString()
  let kept = typed()
  let timer = null
  let sending = null
  let sent = false

  const note = document.createElement('p')
  note.className = 'govuk-hint app-draft-note'

  let saving = Promise.resolve()
  // one after the other: an older text must not arrive after a newer one
  const save = () => (saving = saving.then(saveNow))

  async function saveNow() {
    clearTimeout(timer)
    timer = null
    const now = typed()
    if (sent || now === kept) return
    sending = new AbortController()
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: now,
        signal: sending.signal,
      })
      if (answer.status !== 204) throw answer
      kept = now
      note.textContent = `Kept as a draft at ${new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`
      form.append(note)
    } catch {
      // tried again with the next change
    }
  }

  form.addEventListener('input', () => { timer ??= setTimeout(save, EVERY) })
  form.addEventListener('submit', (event) => {
    // another script may hold the form back
    queueMicrotask(() => {
      if (event.defaultPrevented) return
      sent = true
      clearTimeout(timer)
      sending?.abort()
    })
  })
  addEventListener('pageshow', () => { sent = false })
  addEventListener('pagehide', () => {
    if (!sent && typed() !== kept) {
      navigator.sendBeacon(url, new Blob([typed()], { type: 'application/x-www-form-urlencoded' }))
    }
  })
  savers.push(save)
  dirty.push(() => !sent && typed() !== kept)
}

// A link of the page is followed once what was typed is kept, so that the next page knows of it.
addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]')
  const isPlain = !event.defaultPrevented && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey
  if (!link || !isPlain || link.target || link.origin !== location.origin) return
  if (link.pathname === location.pathname && link.hash) return
  if (!dirty.some((is) => is())) return
  event.preventDefault()
  Promise.race([saveAll(), new Promise((done) => { setTimeout(done, 1500) })]).then(() => { location.href = link.href })
})

document.querySelectorAll('form[data-draft]').forEach(keep)
