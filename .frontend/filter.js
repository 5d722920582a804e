// The filters of a list apply as they are chosen, and the field that was chosen keeps the focus. The form works without it.

const form = document.querySelector('[data-filter]')
const KEPT = 'cms filter'

if (form) {
  const chosen = sessionStorage.getItem(KEPT)
  sessionStorage.removeItem(KEPT)
  // once the address's own fragment has had its turn
  if (chosen) addEventListener('pageshow', () => document.getElementById(chosen)?.focus(), { once: true })
  let applying = null
  form.addEventListener('change', ({ target }) => {
    if (target.type === 'search') return
    clearTimeout(applying)
    // somebody may be on the way through a list by its arrow keys, or in the middle of a year
    applying = setTimeout(() => {
      sessionStorage.setItem(KEPT, target.id)
      form.requestSubmit()
    }, target.type === 'date' ? 1200 : 500)
  })
  form.addEventListener('submit', () => {
    clearTimeout(applying)
    // where the filters are shown by a link they stay
    if (location.hash === '#filters') form.action = `${location.pathname}#filters`
  })

  // what is not chosen is not in the address
  form.addEventListener('formdata', ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name)
    if ([...formData].length > 1) formData.delete('view')
  })

  // Back shows the list as it was, and so its filters
  addEventListener('pageshow', (event) => {
    if (event.persisted || performance.getEntriesByType('navigation')[0]?.type === 'back_forward') form.reset()
  })
}
