// Keeps what is typed as a draft on the server: <form data-draft> a few seconds after each change, and when its page goes
// out of view. Beside the form stands when it was kept, or why it is not; then it is tried again by itself. Once a form
// is sent nothing more is saved of it.

const EVERY = 2000
const AGAIN = 5000
const savers = []

const dirty = []

export const saveAll = () => Promise.all(savers.map((save) => save()))

const clock = () => new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
const name = (field) => field.closest('.govuk-form-group')?.querySelector('label, legend')?.textContent.trim() ?? field.name

function keep(form) {
  const entries = () => [...new FormData(form)].filter(([, value]) => typeof value === 'string')
  const typed = () => new URLSearchParams(entries()).toString()
  let kept = typed()
  let heard = form.dataset.draft
  let timer = null
  let sending = null
  let sent = false

  const note = document.createElement('p')
  note.className = 'govuk-hint app-draft-note'

  // names of what was changed here; too many to name are all that differ
  function changed(now) {
    const before = new URLSearchParams(kept)
    const after = new URLSearchParams(now)
    const names = [...new Set([...before.keys(), ...after.keys()])]
    return names.filter((one) => before.get(one) !== after.get(one))
  }

  function url(now) {
    const names = changed(now)
    const asked = { to: new URL(form.action).pathname, drawn: form.dataset.draft, heard }
    if (names.length < 100) asked.changed = names.join()
    return `/drafts?${new URLSearchParams(asked)}`
  }

  function say(text, isBad) {
    note.textContent = text
    note.classList.toggle('app-draft-note--not', isBad)
    note.setAttribute('role', isBad ? 'alert' : 'status')
    // beside the field in which one types, without moving while it says the same
    const group = isBad && document.activeElement.closest('.govuk-form-group')
    if (!isBad || !note.isConnected || !note.dataset.beside) {
      if (group && form.contains(group)) group.after(note)
      else form.append(note)
    }
    note.dataset.beside = isBad ? 'yes' : ''
  }

  // what another tab has changed is shown here too, unless somebody types in it
  function show(news, now) {
    const before = new URLSearchParams(now)
    for (const [field, value] of Object.entries(news)) {
      for (const control of [form.elements[field]].flatMap((one) => (one instanceof RadioNodeList ? [...one] : one ?? []))) {
        if (control === document.activeElement) continue
        if (control.type === 'checkbox' || control.type === 'radio') control.checked = control.value === value
        else if (control.value.replaceAll('\r\n', '\n') === (before.get(field) ?? '').replaceAll('\r\n', '\n')) control.value = value ?? ''
      }
    }
  }

  let saving = Promise.resolve()
  // one after the other: an older text must not arrive after a newer one
  const save = () => (saving = saving.then(saveNow))

  async function saveNow() {
    clearTimeout(timer)
    timer = null
    const now = typed()
    if (sent || now === kept) return
    sending = new AbortController()
    let why = 'The service can’t be reached. It is tried again by itself'
    let again = true
    try {
      const answer = await fetch(url(now), {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: now,
        signal: sending.signal,
      })
      const said = answer.status === 204 ? {} : await answer.json().catch(() => ({ says: 'The service is busy. It is tried again by itself' }))
      if (!answer.ok || said.says) {
        why = said.says
        again = answer.status !== 413
        throw answer
      }
      const { news = {}, both = {} } = said
      heard = said.at ?? answer.headers.get('x-kept')
      kept = now
      if (Object.keys(news).length) {
        const isAll = typed() === now
        show(news, now)
        // what was put in is kept already; what was typed meanwhile is not
        if (isAll) kept = typed()
      }
      const changes = Object.entries(both).map(([field, value]) => {
        const control = form.elements[field]
        return `“${name(control?.[0] ?? control)}” was changed in another tab too, to “${value ?? ''}”. What stands here is kept.`
      })
      say([`Kept as a draft at ${clock()}.`, ...changes].join(' '), changes.length > 0)
    } catch {
      if (sent) return
      say(`Not kept since ${note.dataset.since ??= clock()}. ${why}.`, true)
      if (again) timer ??= setTimeout(save, AGAIN)
      return
    }
    delete note.dataset.since
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
    const now = typed()
    if (!sent && now !== kept) {
      navigator.sendBeacon(url(now), new Blob([now], { type: 'application/x-www-form-urlencoded' }))
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
