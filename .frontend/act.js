// The forms of actions that stand in a contact's page: a link opens one, and its first empty field gets the focus.
//
// <a data-act-open href="#resolve-valid">   <section data-act="resolve-valid" id="resolve-valid">

function open() {
  const fields = document.querySelectorAll('.app-act:target :is(input:not([type=hidden]), select, textarea)')
  const field = [...fields].find((one) => !one.value) ?? fields[0]
  field?.focus()
}

for (const link of document.querySelectorAll('[data-act-open]')) {
  // the same link again opens nothing anew, but the form is what is wanted
  link.addEventListener('click', () => { setTimeout(open) })
}

// Escape and Cancel shut it, as Escape does a photo; what was typed stays in it, and the focus goes back to its link.
function shut(event) {
  const opener = document.querySelector(`[data-act-open][href="#${document.querySelector('.app-act:target')?.id}"]`)
  if (!opener) return
  event.preventDefault()
  location.hash = 'main-content'
  opener.focus()
}
addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return
  const photo = document.querySelector('.app-evidence__large[open]')
  if (photo) photo.open = false
  else if (event.target.closest('.app-act')) shut(event)
})
for (const cancel of document.querySelectorAll('.app-act a[href="#main-content"]')) cancel.addEventListener('click', shut)

// Questions that are asked only where another has some answer: <div data-asked="access!=no">. What is not asked is not sent.
const asked = [...document.querySelectorAll('[data-asked]')]
function ask() {
  for (const question of asked) {
    const [, other, not, answer] = question.dataset.asked.match(/(\w+)(!?)=(.*)/)
    const fields = [...question.querySelectorAll('input, select, textarea')]
    const chosen = question.closest('form').elements[other].value
    question.hidden = (chosen === answer) === Boolean(not)
    for (const field of fields) field.disabled = question.hidden
  }
  for (const set of new Set(asked.map((question) => question.closest('fieldset.app-fields')))) {
    set.hidden = [...set.querySelectorAll('.govuk-form-group')].every((group) => group.closest('[data-asked][hidden]'))
  }
}
for (const form of new Set(asked.map((question) => question.closest('form')))) form.addEventListener('change', ask)
ask()
