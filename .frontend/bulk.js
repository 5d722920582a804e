// Many sites at once: progress of a file, and cells pasted from a spreadsheet. The pages are whole without.
//
// <div data-bulk="…/progress" data-state>   a progress bar and a line in role=status
// <table data-sheet="200">                  rows of inputs, at most so many

const work = document.querySelector('[data-bulk]')
async function ask() {
  if (document.visibilityState !== 'visible') return
  const answer = await fetch(work.dataset.bulk).catch(() => null)
  if (!answer?.ok) return
  const now = await answer.json()
  if (now.state !== work.dataset.state) return location.reload()
  work.querySelector('progress').value = now.done
  const line = work.querySelector('[role=status]')
  if (line.textContent !== now.says) line.textContent = now.says
}
if (work) setInterval(ask, 2000)

const sheet = document.querySelector('[data-sheet]')
const body = sheet?.tBodies[0]

// One more row, like the last but empty.
function addRow() {
  const number = body.rows.length + 1
  const row = body.rows[body.rows.length - 1].cloneNode(true)
  row.cells[0].textContent = number
  for (const input of row.querySelectorAll('input')) {
    input.id = input.name = input.name.replace(/^r\d+/, `r${number}`)
    input.setAttribute('aria-label', input.getAttribute('aria-label').replace(/\d+$/, number))
    input.removeAttribute('aria-describedby')
    input.classList.remove('govuk-input--error')
    input.value = ''
  }
  for (const error of row.querySelectorAll('.govuk-error-message')) error.remove()
  body.append(row)
  sheet.closest('form').elements.rows.value = number
}

const bare = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

// Cells as spreadsheets copy them: one that holds a line break, a tab or a quote may stand in double quotes.
function cellsOf(text) {
  const rows = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))(\t|\n|$)/g)) {
    rows[rows.length - 1].push((quoted?.replaceAll('""', '"') ?? plain).replace(/\s+/g, ' ').trim())
    if (end === '\n') rows.push([])
    if (!end) break
  }
  return rows
}

sheet?.addEventListener('paste', (event) => {
  const text = event.clipboardData.getData('text/plain').replace(/\r\n?/g, '\n').replace(/\n+$/, '')
  if (!event.target.matches('input') || !/[\t\n]/.test(text)) return
  event.preventDefault()
  const cells = cellsOf(text)
  const at = event.target.closest('td')
  const titles = [...sheet.tHead.rows[0].cells].map((cell) => bare(cell.textContent))
  // the first line may name the columns
  const named = cells[0].map((cell) => titles.indexOf(bare(cell)))
  const isNamed = named.every((column) => column > 0)
  if (isNamed) cells.shift()
  const from = at.parentNode.sectionRowIndex
  const most = Number(sheet.dataset.sheet)
  let left = 0
  cells.forEach((line, down) => {
    if (from + down >= most) return left++
    while (body.rows.length <= from + down) addRow()
    line.forEach((cell, right) => {
      const column = isNamed ? named[right] : at.cellIndex + right
      const input = body.rows[from + down].cells[column]?.querySelector('input')
      if (input) input.value = cell
      else if (cell) left++
    })
  })
  const says = `${cells.length} rows pasted${left ? `; ${left} did not fit` : ''}`
  document.querySelector('[data-sheet-says]').textContent = says
  sheet.dispatchEvent(new Event('input', { bubbles: true }))
})
