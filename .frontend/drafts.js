// Keeps what is typed as a draft on the server: <form data-draft> a few seconds after each change, and when its page goes
// out of view. Once a form is sent nothing more is saved of it.

const EVERY = 2000
const savers = []

export const saveAll = () => savers.forEach((save) => save())

function keep(form) {
  const url = `/drafts?${new URLSearchParams({ to: new URL(form.action).pathname, drawn: form.dataset.draft })}`
  const typed = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string')).toString()
  let kept = typed()
  let timer = null
  let sending = null
  let sent = false

  const note = document.createElement('p')
  note.className = 'govuk-hint app-draft-note'

  async function save() {
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
  form.addEventListener('submit', () => {
    sent = true
    clearTimeout(timer)
    sending?.abort()
  })
  addEventListener('pageshow', () => { sent = false })
  addEventListener('pagehide', () => {
    if (!sent && typed() !== kept) {
      navigator.sendBeacon(url, new Blob([typed()], { type: 'application/x-www-form-urlencoded' }))
    }
  })
  savers.push(save)
}

document.querySelectorAll('form[data-draft]').forEach(keep)
