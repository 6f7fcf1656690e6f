# Pages for who is not, or no longer, in the console.
outside-sign-in-title = Please sign in again
outside-sign-in-lost = You are not signed in any more, so nothing was changed and what you typed was not saved.
outside-sign-in-how = Sign in in another window, then go back to the form in this one: most browsers still hold what you typed. Copy it into a fresh form.
outside-sign-in = Sign in
outside-sign-out = Sign out

outside-confirm-title = Confirm that it is you
outside-confirm-why = This change weakens security, so it takes a sign-in of the last five minutes. Nothing was changed and what you typed was not saved.
outside-confirm-how = After signing in again you come back to an empty form and have at least three minutes to send it. To keep what you typed, go back and copy it first.
outside-confirm = Sign in again
outside-no-role-title = The console is not for this account
outside-no-role-how = Ask an administrator for a role, or sign out and sign in with another account.
outside-nobody-title = Nobody manages this server yet
outside-nobody-how = The first administrator is made with a link that the server printed when it started: look into its output or its log. Open that link. A restart prints a new one.
