new-password-short = The password is too short: it has { $found } of at least { $least } characters.
new-password-long = The password is longer than { $most } bytes; use a shorter one.
new-password-control = The password contains a control character such as a tab or a line break; leave it out.
new-password-common = The password is among those that attackers try first; choose another.
new-password-personal = The password contains “{ $word }”, which is easy to guess for this account; add at least eight other characters or choose another.
new-password-repeated = The password repeats one piece; choose another.
new-password-run = The password is a row of letters, digits or keys; choose another.
