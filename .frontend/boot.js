// Runs before anything is painted, so that parts which need script do not flicker. A file, because inline script is refused.
document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('govuk-frontend-supported')
