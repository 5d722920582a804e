// The script of every page: six small behaviours of govuk-frontend, each an extra over what works without it.
import { createAll } from 'govuk-frontend/dist/govuk/init.mjs'
import { Button } from 'govuk-frontend/dist/govuk/components/button/button.mjs'
import { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs'
import { NotificationBanner } from 'govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs'
import { PasswordInput } from 'govuk-frontend/dist/govuk/components/password-input/password-input.mjs'
import { ServiceNavigation } from 'govuk-frontend/dist/govuk/components/service-navigation/service-navigation.mjs'
import { SkipLink } from 'govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs'
import './finder.js'
import './keys.js'
import './presence.js'
import './session.js'
import './alike.js'
import './texts.js'
import './counter.js'
import './act.js'
import './mprn.js'

for (const behaviour of [Button, ErrorSummary, NotificationBanner, PasswordInput, ServiceNavigation, SkipLink]) {
  createAll(behaviour)
}

// The way back closes when its seconds are over.
for (const undo of document.querySelectorAll('[data-undo]')) {
  setTimeout(() => undo.remove(), Number(undo.dataset.undo) * 1000)
}
