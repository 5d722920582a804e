// A saved text goes in where the cursor stands, on a line of its own.
// on the document, so that the link is taken before drafts.js, which hears the window, would follow it
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('[data-insert]')
  const field = link && document.getElementById(link.dataset.insert)
  if (!field || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  const at = field.selectionEnd
  const before = field.value.slice(0, at)
  field.setRangeText((before && !before.endsWith('\n') ? '\n' : '') + link.dataset.text, at, at, 'end')
  field.focus()
  field.dispatchEvent(new Event('input', { bubbles: true }))
})
