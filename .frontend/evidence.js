// Adding photos and PDF within a form: dropped or chosen, sent one after the other with their progress, listed as the
// server has them. The form works without it, by way of a page of its own.
//
// <fieldset data-evidence="ADDRESS OF THE FORM" data-epoch data-most="BYTES" data-left="FILES">
//   <div data-evidence-drop hidden> <input type=file>   <ul data-evidence-list>   <div role=status data-evidence-status>

for (const place of document.querySelectorAll('[data-evidence]')) {
  const { evidence: address, epoch, most } = place.dataset
  const at = `/evidence?form=${encodeURIComponent(address)}`
  const drop = place.querySelector('[data-evidence-drop]')
  const input = drop.querySelector('input')
  const list = place.querySelector('[data-evidence-list]')
  const status = place.querySelector('[data-evidence-status]')
  const form = place.closest('form')
  const line = []
  let busy = false

  const make = (name, className, text) => Object.assign(document.createElement(name), { className, textContent: text })
  const say = (text) => { status.textContent = text }

  function show({ files }) {
    list.replaceChildren(...files.map((file) => {
      const item = make('li', 'app-evidence__file', '')
      const picture = make(file.photo ? 'img' : 'span', 'app-evidence__picture', '')
      if (file.photo) Object.assign(picture, { src: `/evidence/${file.id}/thumbnail`, alt: '' })
      else Object.assign(picture, { textContent: 'PDF', ariaHidden: 'true' })
      const name = make('span', 'app-evidence__name', `${file.name} `)
      name.append(make('span', 'app-muted', file.size))
      const button = make('button', 'app-link-button app-text-button', 'Remove')
      button.type = 'button'
      button.append(make('span', 'govuk-visually-hidden', ` ${file.name}`))
      button.addEventListener('click', () => remove(file, button))
      item.append(picture, name, button)
      return item
    }))
  }

  async function remove(file, button) {
    button.disabled = true
    const answer = await fetch(`/evidence/${file.id}/remove`, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({ epoch, form: address }),
    }).catch(() => null)
    const left = await read(answer)
    if (!left) { button.disabled = false; return }
    show(left)
    say(`${file.name} removed`)
    input.focus()
  }

  async function read(answer) {
    const said = answer?.headers.get('content-type')?.includes('json') ? await answer.json() : null
    if (said?.files) return said
    if (said) { say(`${said.says}. Nothing has been changed.`); return null }
    say('This did not work: the service can’t be reached, or you have been signed out. What you typed is still here.')
    return null
  }

  // fetch tells nothing of what has been sent
  function send(file) {
    const row = make('p', 'app-evidence__sending', `Adding ${file.name} `)
    const bar = row.appendChild(document.createElement('progress'))
    bar.max = 1
    bar.value = 0
    bar.setAttribute('aria-label', `Adding ${file.name}`)
    status.before(row)
    return new Promise((done) => {
      const request = new XMLHttpRequest()
      request.upload.onprogress = ({ loaded, total }) => { bar.value = loaded / total }
      // sent: the server is looking at it
      request.upload.onload = () => bar.removeAttribute('value')
      request.onloadend = () => {
        row.remove()
        const isOurs = request.getResponseHeader('content-type')?.includes('json')
        done(isOurs ? JSON.parse(request.responseText) : null)
      }
      const body = new FormData()
      body.append('epoch', epoch)
      body.append('files', file)
      request.open('POST', at)
      request.setRequestHeader('accept', 'application/json')
      request.send(body)
    })
  }

  async function work() {
    if (busy) return
    busy = true
    const wrong = []
    let added = 0
    while (line.length) {
      const file = line.shift()
      if (file.size > Number(most)) {
        wrong.push(`“${file.name}” is larger than ${Math.floor(Number(most) / 1048576)} MB`)
        continue
      }
      const answer = await send(file)
      if (answer?.files) {
        show(answer)
        wrong.push(...answer.refused)
        if (!answer.refused.length) added += 1
      } else wrong.push(`“${file.name}” was not added: ${answer?.says ?? 'the service can’t be reached, or you have been signed out'}`)
    }
    busy = false
    say(added ? `${added} added` : '')
    if (!wrong.length) return
    const problems = make('ul', 'govuk-list govuk-error-message', '')
    problems.append(...wrong.map((one) => make('li', '', one)))
    status.append(problems)
  }

  const take = (files) => { line.push(...files); work() }

  drop.hidden = false
  form.querySelector('[data-evidence-page]')?.remove()
  input.addEventListener('change', () => { take(input.files); input.value = '' })
  for (const [event, over] of [['dragenter', true], ['dragover', true], ['dragleave', false], ['drop', false]]) {
    drop.addEventListener(event, (dragged) => {
      if (!dragged.dataTransfer.types.includes('Files')) return
      dragged.preventDefault()
      drop.classList.toggle('app-evidence__drop--over', over)
      if (event === 'drop') take(dragged.dataTransfer.files)
    })
  }
  form.addEventListener('submit', (event) => {
    if (!busy) return
    event.preventDefault()
    say('Wait until every file is added, then send the form again')
  })
  const refresh = async () => {
    const there = await fetch(at, { headers: { accept: 'application/json' } }).catch(() => null)
    if (there?.ok) show(await there.json())
  }
  // what the page was drawn with has no buttons yet, and Back may bring an old page back
  if (list.children.length) refresh()
  addEventListener('pageshow', (event) => { if (event.persisted) refresh() })
}
