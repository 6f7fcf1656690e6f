outside-sign-in-title = Bitte melden Sie sich erneut an
outside-sign-in-lost = Sie sind nicht mehr angemeldet. Deshalb wurde nichts geändert, und Ihre Eingaben wurden nicht gespeichert.
outside-sign-in-how = Melden Sie sich in einem anderen Fenster an und gehen Sie dann in diesem zurück zum Formular: Die meisten Browser haben Ihre Eingaben noch. Kopieren Sie sie in ein neues Formular.
outside-sign-in = Anmelden
outside-sign-out = Abmelden

outside-confirm-title = Bestätigen Sie, dass Sie es sind
outside-confirm-why = Diese Änderung schwächt die Sicherheit und verlangt deshalb eine Anmeldung aus den letzten fünf Minuten. Es wurde nichts geändert, und Ihre Eingaben wurden nicht gespeichert.
outside-confirm-how = Nach der erneuten Anmeldung kommen Sie zu einem leeren Formular zurück und haben mindestens drei Minuten Zeit, es abzusenden. Wenn Sie Ihre Eingaben behalten möchten, gehen Sie zurück und kopieren Sie sie vorher.
outside-confirm = Erneut anmelden
outside-no-role-title = Die Konsole ist nicht für dieses Konto
outside-no-role-how = Bitten Sie einen Administrator um eine Rolle, oder melden Sie sich ab und mit einem anderen Konto wieder an.
outside-nobody-title = Noch verwaltet niemand diesen Server
outside-nobody-how = Der erste Administrator wird mit einem Link angelegt, den der Server beim Start ausgegeben hat; er steht in seiner Ausgabe oder seinem Protokoll. Öffnen Sie diesen Link. Ein Neustart gibt einen neuen aus.
