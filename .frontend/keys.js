// Single keys, for who has them on; nothing while somebody types. A page declares its own:
//
// <a data-key="n">                       the key follows the link, presses the button or goes to the field
// <a data-key="g h">                     g, then h
// data-key-says="Next in this list"      what the list of keys says, where the element's own text would not do
//
// Rows of a list have j k o x a besides. ? opens the list of keys, in the dialog of the layout.
const dialog = document.querySelector('[data-keys]')
const TYPING = 'input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]'

if (dialog) {
  const rows = [...document.querySelectorAll('tr[data-crn]')]
  const links = rows.map((row) => row.querySelector('[data-queue-open]'))
  const at = () => rows.findIndex((row) => row.contains(document.activeElement))
  const box = () => rows[at()]?.querySelector('[data-queue-row]')
  const go = (place) => links[Math.max(0, Math.min(place, links.length - 1))]?.focus()
  const anyElsewhere = () => Number(document.querySelector('[data-elsewhere]')?.dataset.elsewhere) > 0
  const keys = {
    j: () => go(at() + 1),
    k: () => go(at() < 0 ? 0 : at() - 1),
    o: () => links[at()]?.click(),
    x: () => box()?.click(),
    a: () => {
      const mine = document.querySelector('[data-queue-mine]')
      if (!mine) return
      if (!document.querySelector('[data-queue-row]:checked') && !anyElsewhere()) box()?.click()
      mine.click()
    },
  }

  const inView = (element) => element.getClientRects().length > 0 && !element.disabled
  const declared = () => [...document.querySelectorAll('[data-key]')].filter(inView)
  const does = (element) => {
    if (!element.matches(TYPING)) return element.click()
    element.focus()
    element.select?.()
  }
  const add = (parent, name, text) => {
    const made = parent.appendChild(document.createElement(name))
    made.textContent = text
    return made
  }
  const list = dialog.querySelector('[data-keys-here]')
  const says = (element) =>
    element.dataset.keySays ?? (element.labels?.[0] ?? element).textContent.trim().replace(/\s+/g, ' ')
  const show = () => {
    list.textContent = ''
    for (const element of declared()) {
      const line = add(list, 'div', '')
      const shown = add(line, 'dt', '')
      for (const key of element.dataset.key.split(' ')) add(shown, 'kbd', key)
      add(line, 'dd', says(element))
    }
    dialog.showModal()
  }
  const opener = document.querySelector('[data-keys-open]')
  opener.hidden = false
  opener.addEventListener('click', show)

  let first = ''
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return
    const pressed = event.shiftKey ? event.key : event.key.toLowerCase()
    if (document.querySelector('dialog[open]')) {
      if (pressed === '?') dialog.close()
      return
    }
    const key = first + pressed
    first = ''
    if (rows.length && keys[key]) keys[key]()
    else if (event.repeat) return
    else {
      const found = declared()
      const element = found.find((element) => element.dataset.key === key)
      if (element) does(element)
      else if (found.some((element) => element.dataset.key.startsWith(`${key} `))) {
        first = `${key} `
        setTimeout(() => { first = '' }, 1500)
      } else return
    }
    event.preventDefault()
  })
}
