# The frame of every page.
help-label = Help:
language-menu = Language
error-before-title = Error: { $title }
incident-help = If you need help, give this code to your administrator:
mistakes = Please correct the following:
show = Show
hide = Hide

# Times. A span is told as "4 min 30 s".
unit-hours = h
unit-minutes = min
unit-seconds = s
date-of-day = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
date-with-time = { $date }, { $time } UTC

# Every page of a login.
step-of = Step { $number } of { $count }
to-continue-to = to continue to { $application }
signing-in-as = Signing in as { $person }
use-another-method = Use another method
start-again = Not you? Start again
cancel-and-go-back = Cancel and go back to { $application }
sign-in-ends-in = This sign-in ends in { $left }.
sign-in-ended = This sign-in has ended. Go back to the application and start again.
code-valid-until = The code is valid until { $time } ({ $left }).
code-not-valid = The code is no longer valid.
request-valid-until = The request is valid until { $time } ({ $left }).
request-not-valid = The request is no longer valid.
link-valid-until = The link is valid until { $time } ({ $left }).
link-not-valid = The link is no longer valid.
available-in = Available in { $left }, at { $time }.
reload-then = Reload this page then.
usable-now = You can use “{ $button }” now.
code-of-digits = { $count ->
    [one] { $count } digit
   *[other] { $count } digits
}
code-of-characters = { $count ->
    [one] { $count } letter or digit
   *[other] { $count } letters and digits
}
code-from-to-digits = { $least } to { $most } digits
code-from-to-characters = { $least } to { $most } letters and digits
choose-title = Choose how to sign in

# The page that carries the answer to the application.
passing-title = Continue to { $application }
passing-heading = Taking you to { $application }
passing-button = Continue
unsolicited-text = A link brought you here that signs you in at { $application }. Continue only if that is what you want.

# The front page.
home-title = Single sign-on
home-text = This server signs people in to applications. To sign in, open the application that you want to use: it brings you here and takes you back.
home-signed-out = You are signed out.
home-signed-in = You are signed in as { $person }.
home-console = Open the admin console
home-for-administrators = For administrators of applications
home-metadata = This is a SAML 2.0 identity provider. Register it in your application with its metadata:
home-metadata-link = SAML metadata
home-entity-id = Entity ID

# After leaving a login.
left-title = You did not sign in
left-text = Nothing was changed. You can try again whenever you like, or close this window.
left-again = Sign in to { $application }
return-to = Return to { $application }

# An enrolment link.
enrolment-title = You can add your mobile number
enrolment-how = Now open the application that you want to use, and sign in there with this browser. After your password you are asked for your mobile number, and a code is sent to it.
enrolment-once = This works once, and for { $left } more. If you did not ask for this, close this window and tell your administrator.

# Choosing a password.
username = User name
password = Password
password-again = Password again
password-title = Choose a password
password-intro = It is for the account below. The link that brought you here works once, and nobody else learns the password.
password-save = Save the password
password-done-title = Your password is set
password-done-text = From now on { $username } signs in with the password you chose. The link no longer works, and wherever the account was signed in, it is signed out.
password-done-next = Now open the application that you want to use and sign in there. Whatever else it asks for, such as a code by text message, it asks for as before.
password-rule-length = { $least ->
    [one] At least { $least } character; a few words that do not belong together are easiest.
   *[other] At least { $least } characters; a few words that do not belong together are easiest.
}
password-rule-any = Any characters, blanks included. No need for digits or symbols.
password-rule-unknown = Not a password that is known from other sites, and not your user name.
passwords-differ = The two passwords are not the same. Type the same one twice.

# The first administrator.
bootstrap-title = Create the first administrator
bootstrap-intro = This account manages the server. The link that brought you here works once.
bootstrap-create = Create administrator
bootstrap-done-title = The administrator is created
bootstrap-done-text = { $username } can now sign in with the password you chose. The link no longer works.
bootstrap-done-next = Next, sign in to the console. There you register the applications that people will sign in to.

# Signing out, here and at applications.
logout-title = Sign out
logout-question = If you sign out, you are signed out here and at these applications:
logout-question-here = If you sign out, you are signed out here. No application has to be told.
logout-nobody = You are not signed in.
logout-telling-title = Signing you out
logout-telling = You are signed out here. Now { $application } signs you out.
logout-go-on = Go on without waiting
logout-done-title = You are signed out
logout-complete = You are signed out here and at every application that you used.
logout-partial = You are signed out here, but not every application has confirmed that it signed you out. On a shared computer, close the browser now.
logout-state-pending = is told next
logout-state-waiting = is being told
logout-state-ended = signed you out
logout-state-refused = did not sign you out
logout-state-timed-out = did not answer
logout-state-cannot-be-told = cannot be told; sign out there yourself
logout-retry = Try again
logout-back-soon = You go back in a few seconds.
logout-stay = Stay on this page
