// Single keys in lists, for who has them on: j k x o a / ?. They do what a click on the page does, and nothing while
// somebody types.

if (document.body.hasAttribute('data-shortcuts')) {
  const rows = [...document.querySelectorAll('tr[data-crn]')]
  const links = rows.map((row) => row.querySelector('[data-queue-open]'))
  const at = () => rows.findIndex((row) => row.contains(document.activeElement))
  const box = () => rows[at()]?.querySelector('[data-queue-row]')
  const go = (place) => links[Math.max(0, Math.min(place, links.length - 1))]?.focus()
  const keys = {
    j: () => go(at() + 1),
    k: () => go(at() < 0 ? 0 : at() - 1),
    o: () => links[at()]?.click(),
    x: () => box()?.click(),
    a: () => {
      if (!document.querySelector('[data-queue-row]:checked') && !anyElsewhere()) box()?.click()
      document.querySelector('[data-queue-mine]')?.click()
    },
    '/': () => document.querySelector('[data-queue-search]')?.focus(),
    '?': () => {
      const help = document.querySelector('[data-queue-keys]')
      if (help) {
        help.open = !help.open
        help.querySelector('summary').focus()
      }
    },
  }
  const anyElsewhere = () => Number(document.querySelector('[data-elsewhere]')?.dataset.elsewhere) > 0
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input:not([type=checkbox]), select, textarea, [contenteditable]')
    const key = keys[event.key]
    if (typing || !key || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    key()
  })
}
