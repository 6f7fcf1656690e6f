# The pages on which people look after their own account.
account-name = Your account
account-skip = Skip to the content
account-signed-in-as = Signed in as { $name }
account-sign-out = Sign out
account-console = Admin console
account-error-before-title = Error: { $title }
account-pages = Pages of your account
account-saved-nothing = Nothing was saved. Please correct the following:
account-cancel = Cancel
account-back = Back

account-overview = Overview
account-overview-intro = What you sign in with, and where you are signed in.
account-overview-password = Password
account-overview-has-password = You have one.
account-overview-no-password = You have none.
account-overview-number = Mobile number
account-overview-no-number = You have none. Codes by text message cannot be sent to you.
account-overview-codes = Backup codes
account-overview-codes-left = { $left } of { $total } left
account-overview-no-codes = You have none.
account-overview-sessions = Signed in
account-overview-session-count = { $count ->
    [zero] In { $count } browsers
    [one] In this browser only
    [two] In { $count } browsers
    [few] In { $count } browsers
    [many] In { $count } browsers
   *[other] In { $count } browsers
}
account-overview-change = Change
account-overview-look = Look at them

account-profile = Profile
account-profile-intro = What is known of you. An empty field forgets its value.
account-profile-empty = There is nothing here that you can change. Ask an administrator if something is wrong.
account-profile-save = Save the profile
account-profile-saved = Your profile is saved.
account-profile-another = Another value
account-profile-another-of = { $label }, another value
account-profile-value-of = { $label }, value { $number }
account-profile-required = (required)
account-profile-none = none
account-profile-read-only = Only an administrator can change this.
account-profile-names-you = Applications know you by this, so only an administrator can change it.
account-claim-givenname = First name
account-claim-lastname = Last name
account-claim-emailaddress = E-mail address
account-claim-organization = Organization
account-claim-country = Country
account-mistake-email = Write an e-mail address such as alice@example.org.
account-mistake-required = This is required. Give a value.
account-mistake-value = This cannot be stored. Use at most 1024 characters, and no control characters.

account-password = Password
account-password-intro = Choose a new password. You stay signed in here. Every other session of yours ends.
account-password-current = Present password
account-password-new = New password
account-password-again = New password again
account-password-save = Change the password
account-password-saved = Your password is changed. Every other session of yours has ended.
account-password-wrong = The present password is not right. Check it and try again.
account-password-same = This is the password that you have. Choose another one.
account-password-differ = The two new passwords are not the same. Type the same one twice.
account-password-missing = You have no password. Ask an administrator for a link with which you choose one.
account-password-forgotten = If you have forgotten the present password, ask an administrator for a one-time link. With it you choose a new one. You are still asked for your code.

account-mobile = Mobile number
account-mobile-intro = Codes for your sign-ins go to this number by text message.
account-mobile-present = Your number
account-mobile-none = You have none.
account-mobile-none-advice = Add one to sign in where an application asks for a code.
account-mobile-change = Change the number
account-mobile-add = Add a number
account-mobile-change-how = You are asked to sign in again first, with a code to the present number or a backup code. Then a code goes to the new number. Nothing changes until you have entered it.
account-mobile-add-how = You are asked to sign in again first. Then a code goes to the number. Nothing changes until you have entered it.
account-mobile-waiting = A number waits for its code.
account-mobile-go-on = Enter the code
account-mobile-new = New mobile number
account-mobile-new-intro = We send a code to the new number. Once you have entered it, codes go there, and both numbers are told.
account-mobile-label = Mobile number
account-mobile-hint = With the country code, such as +44 7700 900123.
account-mobile-send = Send a code
account-mobile-code = Enter the code
account-mobile-code-sent = We sent a code to { $number }.
account-mobile-code-label = Code
account-mobile-code-until = The code is good until { $time }.
account-mobile-confirm = Confirm the number
account-mobile-resend = Send a new code
account-mobile-resend-from = A new code can be sent from { $time } on.
account-mobile-other = Use another number
account-mobile-give-up = Keep the number I have
account-mobile-give-up-none = Add no number
account-mobile-saved = Codes go to your new number from now on. End your other sessions if somebody else may be signed in.
account-mobile-given-up = The number was not changed.
account-mobile-same = This is the number that you have already. Enter another one.
account-mobile-over = No number waits for a code any more. Give the number again.
account-mobile-throttled = There were too many wrong codes. Another can be tried from { $time } on.
account-mobile-locked = There were too many wrong codes. Ask an administrator to unlock your account.
account-password-throttled = There were too many wrong passwords. Another can be tried from { $time } on.
account-password-locked = There were too many wrong passwords. Ask an administrator to unlock your account.

account-sms = Codes by text message
account-sms-asked = You are asked for a code by text message where an application wants one.
account-sms-not-asked = Where an application leaves it to you, you are not asked for a code. Your password alone is enough there.
account-sms-admin-decides = An administrator decides where you are asked for codes. You cannot change it here.
account-sms-no-application = Every application here decides by itself whether it asks for codes. There is nothing that you could switch off.
account-sms-disable = Stop asking me for codes
account-sms-disable-means = Where an application leaves it to you, anybody who learns your password can then sign in as you. Applications that always want a code still ask for it.
account-sms-disable-how = You are asked to sign in again first, with a code.
account-sms-disable-confirm = Stop asking for codes
account-sms-enable = Ask me for codes again
account-sms-disabled = You are not asked for codes any more where an application leaves it to you.
account-sms-enabled = You are asked for codes again.

account-codes = Backup codes
account-codes-intro = A backup code works once, in the place of a code by text message. Have some for the day your phone is lost.
account-codes-none = You have none.
account-codes-left = Left
account-codes-left-of = { $left } of { $total }
account-codes-last-used = Last used
account-codes-never = never
account-codes-new = Make new codes
account-codes-new-how = You are asked to sign in again first. Earlier codes are void as soon as new ones are made.
account-codes-make-title = New backup codes
account-codes-make-text = Ten codes are made and shown once, on a page to print. Earlier codes are void then.
account-codes-make = Make ten codes
account-codes-sheet-title = Your new backup codes
account-codes-sheet-once = These codes are shown only now. Print this page, or copy them to where nobody else finds them. Earlier codes are void.
account-codes-sheet-head = Backup codes of { $name } at { $product }, made on { $time }
account-codes-sheet-foot = Each works once, in the place of a code by text message. Strike it out when it is used.
account-codes-sheet-done = I have them

account-sessions = Sessions
account-sessions-intro = One entry per browser. When you end a session, its next sign-in asks for every step again. Applications keep their own sessions until those end.
account-sessions-began = Signed in
account-sessions-used = Last used
account-sessions-passed = Passed
account-sessions-for = Applications
account-sessions-end = End
account-sessions-end-one = End the session of { $time }
account-sessions-this = This browser
account-sessions-ends-by = Ends by { $time }
account-sessions-none-known = none known
account-sessions-end-others = End all other sessions
account-sessions-end-others-title = End all other sessions
account-sessions-end-others-text = { $count ->
    [zero] { $count } other browsers are signed out. You stay signed in here.
    [one] One other browser is signed out. You stay signed in here.
    [two] { $count } other browsers are signed out. You stay signed in here.
    [few] { $count } other browsers are signed out. You stay signed in here.
    [many] { $count } other browsers are signed out. You stay signed in here.
   *[other] { $count } other browsers are signed out. You stay signed in here.
}
account-sessions-no-others = There is no other session.
account-sessions-ended-one = The session has ended.
account-sessions-ended-others = Your other sessions have ended.

account-activity = Recent activity
account-activity-intro = What happened to your account, the newest first. All times are in UTC. If you see something that was not you, change your password, end your other sessions, and tell an administrator.
account-activity-none = Nothing is noted here.
account-activity-first = Newest
account-activity-next = Older
account-activity-failure = Failure:
account-activity-for = For { $name }.
account-activity-from = From { $address }.
account-activity-code = Code { $code }.

account-factor-password = password
account-factor-code = code by text message

account-told-step-passed = Passed: { $factor }.
account-told-step-failed = A wrong answer: { $factor }.
account-told-throttled = An answer was not judged, because there were too many wrong ones: { $factor }.
account-told-step-skipped = A step was left out, as the application allows: { $factor }.
account-told-message-sent = A code was sent by text message.
account-told-number-added = A mobile number was added in a sign-in.
account-told-backup-code = A backup code was used. Left: { $left }.
account-told-denied = A sign-in ended without success.
account-told-restarted = A sign-in was started over.
account-told-signed-in = Signed in.
account-told-signed-in-account = Signed in to your account.
account-told-signed-in-console = Signed in to the admin console.
account-told-signed-out = Signed out.
account-told-session-ended = A session was ended.
account-told-sessions-ended = Sessions were ended.
account-told-password-changed = The password was changed.
account-told-password-refused = Somebody gave a wrong present password when changing the password.
account-told-password-chosen = A password was chosen with a one-time link.
account-told-profile-changed = The profile was changed.
account-told-number-changed = The mobile number was changed.
account-told-number-code-sent = A code was sent to a new mobile number.
account-told-number-code-wrong = A wrong code was entered for a new mobile number.
account-told-codes-made = New backup codes were made.
account-told-codes-removed = The backup codes were removed.
account-told-sms-disabled = Codes by text message were switched off where that is allowed.
account-told-sms-enabled = Codes by text message were switched on again.
account-told-made = The account was made.
account-told-enabled = The account was enabled.
account-told-disabled = The account was disabled.
account-told-unlocked = Wrong answers were forgotten.
account-told-roles = What you may do in the admin console was changed.
account-told-password-link = A link for choosing a password was made.
account-told-number-link = A link for adding a mobile number was made.
account-told-by-administrator = By an administrator.

account-confirm-title = Confirm that it is you
account-confirm-text = This takes a sign-in of the last five minutes. Nothing was changed.
account-confirm = Sign in again
account-unproven-title = Your password alone is not enough
account-unproven-text = You have no mobile number and no backup codes, so nothing else shows that it is you.
account-unproven-advice = Ask an administrator for an enrolment link. Open it in this browser, then come back here.
account-not-found-title = There is no such thing here
account-not-found-text = It may have ended already, or the address is not complete.
account-changed-title = This was changed meanwhile
account-changed-text = Something else changed your account at the same time, so nothing was saved. Look at it as it is now, then make your change again.
account-throttled-title = Too many wrong answers
