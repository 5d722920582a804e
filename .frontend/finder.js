// The address finder in place: looks up without leaving the form, lists what fits, fills in the one chosen. Without this
// its buttons send the whole form, which comes back the same.
//
// <div data-finder>                      with the fields find_postcode and find_words
//   <button data-finder-find formaction>  looks up
//   <p role=status data-finder-says>      how many were found
//   <div data-finder-choices>             radios, or a list if there are more than ten

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
  const say = (text) => { status.textContent = text }
  let asked = 0

  const use = (choices) => {
    const chosen = place.querySelector('select')?.value || place.querySelector(':checked')?.value
    const choice = choices.find(({ key }) => key === chosen)
    if (!choice) return say('Choose an address from the list first.')
    for (const [name, value] of Object.entries(choice.fields)) {
      const field = form.elements[name]
      if (!field || field.value === value) continue
      field.value = value
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    place.replaceChildren()
    say(`${choice.line} is filled in below. Change it where it is not right.`)
    form.elements.building_number.focus()
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
      const { says, field, choices = [] } = await answer.json()
      place.replaceChildren()
      if (choices.length) {
        const go = make('button', { type: 'button', class: 'govuk-button govuk-button--secondary', 'data-finder-use': '' }, 'Use this address')
        go.addEventListener('click', () => use(choices))
        place.append(make('div', { class: 'govuk-form-group' }, ...list(choices)), go)
      }
      say(says)
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
  // Enter among the choices takes the one that is chosen, never the whole form
  finder.addEventListener('keydown', (event) => {
    const use = finder.querySelector('[data-finder-use]')
    if (event.key !== 'Enter' || event.target.name !== 'find_choice' || !use) return
    event.preventDefault()
    use.click()
  })
  for (const name of ['find_postcode', 'find_words']) {
    form.elements[name].addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing) return
      event.preventDefault()
      find()
    })
  }
}
