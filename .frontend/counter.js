// How many characters of a text are left, counted as the server does (src/trade/text.rs): characters of Unicode, without
// what can't be seen and blanks around.
const unseen = /[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g

function says(left) {
  const number = Math.abs(left).toLocaleString('en-GB')
  return `You have ${number} character${number === '1' ? '' : 's'} ${left < 0 ? 'too many' : 'remaining'}`
}

for (const box of document.querySelectorAll('[data-maxlength]')) {
  const field = box.querySelector('textarea')
  const info = document.getElementById(`${field.id}-info`)
  const [shown, said] = ['status', 'sr-status'].map((kind) => {
    const line = document.createElement('div')
    line.className = `govuk-character-count__${kind}`
    return line
  })
  shown.classList.add('govuk-hint', 'govuk-character-count__message')
  shown.setAttribute('aria-hidden', 'true')
  said.classList.add('govuk-visually-hidden')
  said.setAttribute('aria-live', 'polite')
  info.classList.add('govuk-visually-hidden')
  info.after(shown, said)
  let later
  const count = () => {
    const left = box.dataset.maxlength - [...field.value.replace(unseen, '').trim().normalize()].length
    shown.textContent = says(left)
    for (const name of ['govuk-hint', 'govuk-error-message']) {
      shown.classList.toggle(name, (name === 'govuk-hint') === left >= 0)
    }
    field.classList.toggle('govuk-textarea--error', left < 0 || field.hasAttribute('data-refused'))
    // read out once the typing pauses
    clearTimeout(later)
    later = setTimeout(() => { said.textContent = says(left) }, 1000)
  }
  field.toggleAttribute('data-refused', field.classList.contains('govuk-textarea--error'))
  field.addEventListener('input', count)
  addEventListener('pageshow', count)
  count()
}
