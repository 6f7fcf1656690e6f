sms-otp-name = Code per SMS
sms-otp-title = Geben Sie Ihren Code ein
sms-otp-code = Code
sms-otp-continue = Weiter
sms-otp-send-new = Neuen Code senden
sms-otp-use-backup = Ersatzcode verwenden
sms-otp-use-message = Code per SMS verwenden
sms-otp-few-backup = Sie haben fast keine Ersatzcodes mehr. Bitten Sie Ihre Administration um neue.
sms-otp-use-my-number = Meine bisherige Nummer verwenden
sms-otp-use-another-number = Andere Nummer verwenden
sms-otp-add-number = Mobilnummer hinzufügen
sms-otp-not-now = Nicht jetzt
sms-otp-number-changed = Meine Mobilnummer hat sich geändert
sms-otp-number-intro = Wir senden einen Code an sie. Sobald Sie diesen Code eingeben, gehen die Codes für Ihre Anmeldungen an diese Nummer.
sms-otp-number-hint = Mit der Ländervorwahl, etwa { $example }.
sms-otp-number-label = Mobilnummer
sms-otp-number-submit = Code senden
sms-otp-can-send = Sie können sich einen Code an { $number } senden lassen.
sms-otp-can-send-in = Ein Code kann in { $wait } an { $number } gesendet werden.
sms-otp-cannot-send = In dieser Anmeldung können keine weiteren Codes an { $number } gesendet werden.
sms-otp-meant-for = Der Code war für { $number } bestimmt.
sms-otp-sent = Wir haben einen Code an { $number } gesendet.
sms-otp-on-its-way = Ein Code ist unterwegs an { $number }.
sms-otp-new-on-its-way = Ein neuer Code ist unterwegs. Ältere Codes gelten nicht mehr.
sms-otp-undelivered = Die Nachricht konnte nicht gesendet werden. { $way-on }
sms-otp-expired = Der Code ist abgelaufen. { $way-on }
sms-otp-no-code = Es gibt keinen Code, der eingegeben werden könnte. { $way-on }
sms-otp-press-send = Drücken Sie „Neuen Code senden“.
sms-otp-new-in = Ein neuer Code kann in { $wait } gesendet werden.
sms-otp-no-more = In dieser Anmeldung können keine weiteren Codes gesendet werden. Gehen Sie zurück zur Anwendung und melden Sie sich neu an.
sms-otp-no-more-use-last = In dieser Anmeldung können keine weiteren Codes gesendet werden. Verwenden Sie den letzten, den Sie bekommen haben.
sms-otp-no-more-use-backup = In dieser Anmeldung können keine weiteren Codes gesendet werden. Drücken Sie „Ersatzcode verwenden“.
sms-otp-enter-code = Geben Sie den Code aus der Nachricht ein.
sms-otp-enter-number = Geben Sie Ihre Mobilnummer mit Ländervorwahl ein.
sms-otp-enter-backup = Geben Sie einen Ihrer Ersatzcodes ein.
sms-otp-no-number = Es gibt keine Nummer, an die ein Code gesendet werden könnte. Geben Sie einen Ersatzcode ein.
sms-otp-change-number-title = Mobilnummer ändern
sms-otp-add-number-title = Mobilnummer hinzufügen
sms-otp-no-proof = Hier kann keine Nummer hinzugefügt werden. Bitten Sie Ihre Administration um einen Registrierungslink.
sms-otp-not-served = In das Land dieser Nummer werden keine Codes gesendet. Geben Sie eine andere Nummer ein.
sms-otp-not-a-number = Es wurde kein Code gesendet. { $problem }
sms-otp-backup-accepted = Der Ersatzcode stimmt. Sie können jetzt Ihre Mobilnummer hinzufügen.
sms-otp-backup-title = Geben Sie einen Ersatzcode ein
sms-otp-backup-label = Ersatzcode
sms-otp-backup-intro = { $left ->
    [one] Jeder Ihrer Ersatzcodes funktioniert einmal. Sie haben noch einen.
   *[other] Jeder Ihrer Ersatzcodes funktioniert einmal. Sie haben noch { $left }.
}
sms-otp-no-backup = Sie haben keine Ersatzcodes mehr. Bitten Sie Ihre Administration um neue.
sms-otp-not-a-backup = Ein Ersatzcode besteht nur aus Ziffern. Prüfen Sie Ihre Liste und versuchen Sie es erneut.
sms-otp-wrong-backup = Der Code stimmt nicht oder wurde schon verwendet. Prüfen Sie ihn und versuchen Sie es erneut.
sms-otp-backup-throttled = Es gab zu viele falsche Ersatzcodes. In { $wait } kann der nächste versucht werden.
sms-otp-backup-locked = Es gab zu viele falsche Ersatzcodes, deshalb sind sie gesperrt. Bitten Sie Ihre Administration, sie freizugeben.
sms-otp-void = Der Code stimmt nicht, und nach so vielen Versuchen gilt er nicht mehr. { $way-on }
sms-otp-wrong = { $left ->
    [one] Der Code stimmt nicht. Sie haben noch einen Versuch.
   *[other] Der Code stimmt nicht. Sie haben noch { $left } Versuche.
}
sms-otp-form-digits = { $count ->
    [one] Der Code hat { $count } Ziffer. Prüfen Sie die Nachricht und versuchen Sie es erneut.
   *[other] Der Code hat { $count } Ziffern. Prüfen Sie die Nachricht und versuchen Sie es erneut.
}
sms-otp-form-characters = { $count ->
    [one] Der Code hat { $count } Buchstaben oder Ziffer. Prüfen Sie die Nachricht und versuchen Sie es erneut.
   *[other] Der Code hat { $count } Buchstaben und Ziffern. Prüfen Sie die Nachricht und versuchen Sie es erneut.
}
