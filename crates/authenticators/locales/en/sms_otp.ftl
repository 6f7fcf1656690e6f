sms-otp-name = Code by text message
sms-otp-title = Enter your code
sms-otp-code = Code
sms-otp-continue = Continue
sms-otp-send-new = Send a new code
sms-otp-use-backup = Use a backup code
sms-otp-use-message = Use a code by text message
sms-otp-few-backup = You have almost no backup codes left. Ask your administrator for new ones.
sms-otp-use-my-number = Use the number I have
sms-otp-use-another-number = Use another number
sms-otp-add-number = Add a mobile number
sms-otp-not-now = Not now
sms-otp-number-changed = My mobile number has changed
sms-otp-number-intro = We send a code to it. Once you enter that code, codes for your sign-ins go to this number.
sms-otp-number-hint = With the country code, such as { $example }.
sms-otp-number-label = Mobile number
sms-otp-number-submit = Send a code
sms-otp-can-send = You can have a code sent to { $number }.
sms-otp-can-send-in = A code can be sent to { $number } in { $wait }.
sms-otp-cannot-send = No more codes can be sent to { $number } in this sign-in.
sms-otp-meant-for = The code was meant for { $number }.
sms-otp-sent = We sent a code to { $number }.
sms-otp-on-its-way = A code is on its way to { $number }.
sms-otp-new-on-its-way = A new code is on its way. Older codes are void.
sms-otp-undelivered = The message could not be sent. { $way-on }
sms-otp-expired = The code has expired. { $way-on }
sms-otp-no-code = There is no code that could be entered. { $way-on }
sms-otp-press-send = Press “Send a new code”.
sms-otp-new-in = A new code can be sent in { $wait }.
sms-otp-no-more = No more codes can be sent in this sign-in. Go back to the application and sign in again.
sms-otp-no-more-use-last = No more codes can be sent in this sign-in. Use the last one you received.
sms-otp-no-more-use-backup = No more codes can be sent in this sign-in. Press “Use a backup code”.
sms-otp-enter-code = Enter the code from the message.
sms-otp-enter-number = Enter your mobile number, with its country code.
sms-otp-enter-backup = Enter one of your backup codes.
sms-otp-no-number = There is no number that a code could be sent to. Enter a backup code.
sms-otp-change-number-title = Change your mobile number
sms-otp-add-number-title = Add your mobile number
sms-otp-no-proof = A number cannot be added here. Ask your administrator for an enrolment link.
sms-otp-not-served = Codes are not sent to the country of this number. Enter another number.
sms-otp-not-a-number = No code was sent. { $problem }
sms-otp-backup-accepted = The backup code is right. You can add your mobile number now.
sms-otp-backup-title = Enter a backup code
sms-otp-backup-label = Backup code
sms-otp-backup-intro = { $left ->
    [one] Each of your backup codes works once. You have one left.
   *[other] Each of your backup codes works once. You have { $left } left.
}
sms-otp-no-backup = You have no backup codes left. Ask your administrator for new ones.
sms-otp-not-a-backup = A backup code is digits only. Check your list and try again.
sms-otp-wrong-backup = The code is not right, or it was used before. Check it and try again.
sms-otp-backup-throttled = There were too many wrong backup codes. Another can be tried in { $wait }.
sms-otp-backup-locked = There were too many wrong backup codes, so they are locked. Ask your administrator to unlock them.
sms-otp-void = The code is not right, and after so many tries it is void. { $way-on }
sms-otp-wrong = { $left ->
    [one] The code is not right. You have one more try.
   *[other] The code is not right. You have { $left } more tries.
}
sms-otp-form-digits = { $count ->
    [one] The code has { $count } digit. Check the message and try again.
   *[other] The code has { $count } digits. Check the message and try again.
}
sms-otp-form-characters = { $count ->
    [one] The code has { $count } letter or digit. Check the message and try again.
   *[other] The code has { $count } letters and digits. Check the message and try again.
}
