// The address finder in place: looks up without leaving the form, lists what fits, fills in the one chosen, or at once the
// only one. Without this its buttons send the whole form, which comes back the same.
//
// <div data-finder>                      with the fields find_postcode and find_words
//   <button data-finder-find formaction>  looks up
//   <p role=status data-finder-says>      how many were found
//   <div data-finder-choices>             radios, or a list if there are more than ten
// <div role=status data-finder-card>     the address that is filled in
// <details data-finder-fields>           its fields, and the finder once there is an address to change

const finder = document.querySelector('[data-finder]')

function make(tag, attributes, ...inside) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...inside)
  return made
}

function radio({ line, key }, at) {
  const id = at ? `find_choice-${at + 1}` : 'find_choice'
  const input = make('input', { class: 'govuk-radios__input', type: 'radio', id, name: 'find_choice', value: key })
  const label = make('label', { class: 'govuk-label govuk-radios__label', for: id }, line)
  return make('div', { class: 'govuk-radios__item' }, input, label)
}

function list(choices) {
  if (choices.length > 10) {
    const options = choices.map(({ line, key }) => make('option', { value: key }, line))
    const label = make('label', { class: 'govuk-label', for: 'find_choice' }, 'Choose an address')
    return [label, make('select', { class: 'govuk-select app-finder__list', id: 'find_choice', name: 'find_choice', size: 10 }, ...options)]
  }
  const legend = make('legend', { class: 'govuk-fieldset__legend govuk-fieldset__legend--s' }, 'Choose an address')
  const radios = make('div', { class: 'govuk-radios govuk-radios--small' }, ...choices.map(radio))
  return [make('fieldset', { class: 'govuk-fieldset' }, legend, radios)]
}

if (finder) {
  const form = finder.closest('form')
  const button = finder.querySelector('[data-finder-find]')
  const place = finder.querySelector('[data-finder-choices]')
  const status = finder.querySelector('[data-finder-says]')
  const card = form.querySelector('[data-finder-card]')
  const fields = form.querySelector('[data-finder-fields]')
  const say = (text) => { status.textContent = text }
  const lines = (texts, name) => texts.map((text) => make('p', name ? { class: name } : {}, text))
  let asked = 0

  // where to go on: the first field in view behind the address that holds nothing
  const next = () => [...form.querySelectorAll('input, select, textarea')].find((field) =>
    field.offsetParent && fields.compareDocumentPosition(field) === Node.DOCUMENT_POSITION_FOLLOWING
      && !(field.type === 'radio' ? form.elements[field.name].value : field.value))

  const use = (choice) => {
    for (const [name, value] of Object.entries(choice.fields)) {
      const field = form.elements[name]
      if (!field || field.value === value) continue
      field.value = value
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    place.replaceChildren()
    say('')
    if (choice.card) {
      const { lines: address, zone, known } = choice.card
      card.replaceChildren(make('div', {}, ...lines(address)), make('div', {}, ...lines([zone]), ...lines([known], 'app-muted')))
      card.hidden = false
      const summary = fields.firstElementChild
      summary.firstElementChild.replaceChildren('Change', make('span', { class: 'govuk-visually-hidden' }, ' the address'))
      fields.open = false
      summary.after(finder)
    }
    (next() ?? form.elements.find_postcode).focus()
  }

  const useChosen = (choices) => {
    const chosen = place.querySelector('select')?.value || place.querySelector(':checked')?.value
    const choice = choices.find(({ key }) => key === chosen)
    if (choice) use(choice)
    else say('Choose an address from the list first.')
  }

  const find = async () => {
    const mine = ++asked
    const body = new URLSearchParams()
    for (const name of ['epoch', 'find_postcode', 'find_words']) body.set(name, form.elements[name].value)
    say('Looking …')
    try {
      const answer = await fetch(button.formAction, { method: 'POST', body, headers: { accept: 'application/json' }, redirect: 'manual' })
      if (mine !== asked) return
      if (!answer.headers.get('content-type')?.startsWith('application/json')) throw answer
      const { says, field, choices = [], fill } = await answer.json()
      place.replaceChildren()
      if (fill) return use(choices[0])
      say(says)
      if (choices.length) {
        const go = make('button', { type: 'button', class: 'govuk-button govuk-button--secondary', 'data-finder-use': '' }, 'Use this address')
        go.addEventListener('click', () => useChosen(choices))
        place.append(make('div', { class: 'govuk-form-group' }, ...list(choices)), go)
        place.querySelector('input, select').focus()
      }
      if (field) form.elements[field].focus()
    } catch {
      // signed out, reset or offline: the server says which, and keeps what was typed
      if (mine === asked) say('The addresses could not be looked up. Check that you are online and try again.')
    }
  }

  button.addEventListener('click', (event) => {
    event.preventDefault()
    find()
  })
  finder.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing || event.target.localName === 'button') return
    event.preventDefault()
    // Enter among the choices takes the one that is chosen, never the whole form
    if (event.target.name === 'find_choice') finder.querySelector('[data-finder-use]')?.click()
    else find()
  })
  // what is typed over is no longer what the card says
  fields.addEventListener('input', ({ isTrusted, target }) => { if (isTrusted && !finder.contains(target)) card.hidden = true })
}
