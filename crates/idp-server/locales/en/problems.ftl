# Pages about something that went wrong: what happened, and what to do.
# They tell a stranger nothing about accounts, settings or checks.
unknown-application-title = This application is not registered
unknown-application-text = An application sent you here to sign in, but it is not registered with this server.
unknown-application-advice = Ask the people who run the application to have it registered.

bad-request-title = This sign-in request is not valid
bad-request-text = The application's request could not be accepted, so nobody was signed in.
bad-request-advice = Go back to the application and start again. If it happens again, tell your administrator.

missing-title = Your profile is incomplete
missing-text = { $application } does not let anybody in without the following, and your profile does not have it. Nothing was sent to it.
missing-filled = Your profile has everything that { $application } needs. Go on with “Try again”.
missing-fill = Add it to your profile, which opens in a new window. Then come back to this page and try again.
missing-open-profile = Open my profile
missing-open-mobile = Open my mobile number
missing-by-administrator = (only an administrator can add it)
missing-ask = Ask an administrator to add what you cannot add yourself, and tell them the code below.
missing-again = Try again

request-used-title = This sign-in link was already used
request-used-text = Each sign-in request works once, and this one has been answered. That happens after going back or reloading a page.
request-used-advice = Go back to the application and start again.

login-expired-title = This sign-in has ended
login-expired-text = It took longer than allowed, or it was finished in another window.
login-expired-advice = Go back to the application and start again.

other-browser-title = This sign-in belongs to another browser
other-browser-text = It was started in a different browser or window, or this browser does not accept cookies.
other-browser-advice = Allow cookies for this site, then go back to the application and start again.

form-outdated-title = This page was out of date
form-outdated-text = What you sent came from an older page, so nothing was changed.
form-outdated-advice = Go back to the application and start again.

foreign-form-title = This form came from another site
foreign-form-text = Your browser says that it was not sent from a page at this server's own address, so nothing was changed.
foreign-form-advice = Open the page here, at the address your administrator gave you, and send it again.

link-invalid-title = This link does not work
link-invalid-text = It works once, for a limited time and in one browser: it was used, has expired, was copied incompletely or opened in another browser, or this browser does not accept cookies.
link-invalid-advice = Start again from where you came from, or ask whoever gave you the link for a new one.

somebody-faster-title = Somebody else was faster
somebody-faster-text = The first administrator was made while you filled in this page, so nothing was changed and this link has ended.
somebody-faster-advice = Ask that administrator for an account. If you do not know who it was, stop the server and look at who had the link.

not-found-title = Page not found
not-found-text = There is nothing at this address.
not-found-advice = Check the address, or go back to the application you came from.

method-not-allowed-title = This page cannot be opened like that
method-not-allowed-text = The address exists, but it only takes what applications and forms send to it.
method-not-allowed-advice = Go back to the application and start again.

internal-error-title = Something went wrong here
internal-error-text = The server could not do what you asked. It is not your fault, and nobody was signed in.
internal-error-advice = Try again in a few minutes. If it happens again, tell your administrator.

denied-account-title = You cannot sign in with this account
denied-account-text = The account is not active.
denied-account-advice = If you think this is a mistake, ask your administrator.

denied-not-enrolled-title = You cannot complete this sign-in
denied-not-enrolled-text = The application asks for a further proof that is not set up for your account, such as a mobile number for codes.
denied-not-enrolled-advice = Ask your administrator to add it, then start again from the application.

denied-unproven-title = Your mobile number is missing
denied-unproven-text = The application asks for a code by text message, and there is no mobile number for your account. You can add one here yourself once it is sure that it is you.
denied-unproven-advice = Ask your administrator for an enrolment link, open it in this browser, then start again from the application.

denied-number-title = No code can be sent to your number
denied-number-text = Your mobile number belongs to a country that this server sends no codes to.
denied-number-advice = Ask your administrator for another way to sign in, such as backup codes, or to change the number.

not-open-title = This application is not open yet
not-open-text = It is being set up, and until that is done only the people who test it can sign in. Nobody was signed in.
not-open-advice = Try again later. If you are to test it, sign in with the account that was named for it, in a private window for example.

denied-expired-title = The sign-in took too long
denied-expired-text = For your safety a sign-in has to be finished within a limited time.
denied-expired-advice = Return to the application and start again.

denied-sends-title = Too many codes were requested
denied-sends-text = No more codes can be sent for this sign-in.
denied-sends-advice = Wait a few minutes, then start again from the application. If codes do not reach you, ask your administrator to check your number.

denied-attempts-title = Too many wrong answers
denied-attempts-text = This sign-in was stopped to protect the account.
denied-attempts-advice = Wait a few minutes, then start again from the application.

denied-cancelled-title = The sign-in was cancelled
denied-cancelled-text = You were not signed in.
denied-cancelled-advice = Return to the application, or close this window.

denied-broken-title = This sign-in could not be completed
denied-broken-text = A step of the sign-in is not working. It is not your fault, and nobody was signed in.
denied-broken-advice = Try again in a few minutes. If it happens again, tell your administrator.

too-many-requests-title = Too many requests
too-many-requests-text = There were more requests from your network than this server accepts at a time.
busy-title = The server is busy
busy-text = More people are signing in than the server can serve right now. Nothing is lost.
wait-then-try = Wait { $wait }, then try again.
wait-a-moment = Wait a moment, then try again.
