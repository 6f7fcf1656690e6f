unknown-application-title = Diese Anwendung ist nicht registriert
unknown-application-text = Eine Anwendung hat Sie zur Anmeldung hierher geschickt, sie ist aber bei diesem Server nicht registriert.
unknown-application-advice = Bitten Sie die Betreiber der Anwendung, sie registrieren zu lassen.

bad-request-title = Diese Anmeldeanfrage ist ungültig
bad-request-text = Die Anfrage der Anwendung konnte nicht angenommen werden, deshalb wurde niemand angemeldet.
bad-request-advice = Gehen Sie zurück zur Anwendung und beginnen Sie neu. Wenn es wieder geschieht, informieren Sie Ihre Administration.

missing-title = Ihr Profil ist unvollständig
missing-text = { $application } lässt ohne die folgenden Angaben niemanden ein, und in Ihrem Profil fehlen sie. Es wurde nichts dorthin gesendet.
missing-filled = Ihr Profil enthält alles, was { $application } braucht. Weiter geht es mit „Erneut versuchen“.
missing-fill = Ergänzen Sie Ihr Profil; es öffnet sich in einem neuen Fenster. Kehren Sie dann auf diese Seite zurück und versuchen Sie es erneut.
missing-open-profile = Mein Profil öffnen
missing-open-mobile = Meine Mobilnummer öffnen
missing-by-administrator = (nur ein Administrator kann dies ergänzen)
missing-ask = Bitten Sie einen Administrator, zu ergänzen, was Sie nicht selbst eintragen können, und nennen Sie ihm den Code unten.
missing-again = Erneut versuchen

request-used-title = Dieser Anmeldelink wurde schon verwendet
request-used-text = Jede Anmeldeanfrage funktioniert einmal, und diese ist schon beantwortet. Das geschieht, wenn man zurückgeht oder eine Seite neu lädt.
request-used-advice = Gehen Sie zurück zur Anwendung und beginnen Sie neu.

login-expired-title = Diese Anmeldung ist beendet
login-expired-text = Sie hat länger gedauert als erlaubt oder wurde in einem anderen Fenster abgeschlossen.
login-expired-advice = Gehen Sie zurück zur Anwendung und beginnen Sie neu.

other-browser-title = Diese Anmeldung gehört zu einem anderen Browser
other-browser-text = Sie wurde in einem anderen Browser oder Fenster begonnen, oder dieser Browser nimmt keine Cookies an.
other-browser-advice = Erlauben Sie Cookies für diese Website, gehen Sie dann zurück zur Anwendung und beginnen Sie neu.

form-outdated-title = Diese Seite war veraltet
form-outdated-text = Was Sie gesendet haben, kam von einer älteren Seite, deshalb wurde nichts geändert.
form-outdated-advice = Gehen Sie zurück zur Anwendung und beginnen Sie neu.

foreign-form-title = Dieses Formular kam von einer anderen Website
foreign-form-text = Ihr Browser meldet, dass es nicht von einer Seite unter der eigenen Adresse dieses Servers kam, deshalb wurde nichts geändert.
foreign-form-advice = Öffnen Sie die Seite hier, unter der Adresse, die Sie von Ihrer Administration haben, und senden Sie das Formular noch einmal.

link-invalid-title = Dieser Link funktioniert nicht
link-invalid-text = Er funktioniert einmal, für begrenzte Zeit und in einem Browser: Er wurde verwendet, ist abgelaufen, wurde unvollständig kopiert oder in einem anderen Browser geöffnet, oder dieser Browser nimmt keine Cookies an.
link-invalid-advice = Beginnen Sie dort neu, wo Sie hergekommen sind, oder bitten Sie um einen neuen Link, wo Sie diesen bekommen haben.

somebody-faster-title = Jemand anderes war schneller
somebody-faster-text = Das erste Administratorkonto wurde angelegt, während Sie diese Seite ausgefüllt haben. Deshalb wurde nichts geändert, und dieser Link gilt nicht mehr.
somebody-faster-advice = Bitten Sie diesen Administrator um ein Konto. Wenn Sie nicht wissen, wer es war, halten Sie den Server an und prüfen Sie, wer den Link hatte.

not-found-title = Seite nicht gefunden
not-found-text = Unter dieser Adresse gibt es nichts.
not-found-advice = Prüfen Sie die Adresse, oder gehen Sie zurück zur Anwendung, von der Sie kamen.

method-not-allowed-title = Diese Seite lässt sich so nicht öffnen
method-not-allowed-text = Die Adresse gibt es, aber sie nimmt nur an, was Anwendungen und Formulare ihr senden.
method-not-allowed-advice = Gehen Sie zurück zur Anwendung und beginnen Sie neu.

internal-error-title = Hier ist etwas schiefgegangen
internal-error-text = Der Server konnte nicht tun, worum Sie gebeten haben. Es liegt nicht an Ihnen, und niemand wurde angemeldet.
internal-error-advice = Versuchen Sie es in einigen Minuten erneut. Wenn es wieder geschieht, informieren Sie Ihre Administration.

denied-account-title = Mit diesem Konto können Sie sich nicht anmelden
denied-account-text = Das Konto ist nicht aktiv.
denied-account-advice = Wenn Sie das für einen Irrtum halten, fragen Sie Ihre Administration.

denied-not-enrolled-title = Sie können diese Anmeldung nicht abschließen
denied-not-enrolled-text = Die Anwendung verlangt einen weiteren Nachweis, der für Ihr Konto nicht eingerichtet ist, etwa eine Mobilnummer für Codes.
denied-not-enrolled-advice = Bitten Sie Ihre Administration, ihn einzurichten, und beginnen Sie dann neu von der Anwendung aus.

denied-unproven-title = Ihre Mobilnummer fehlt
denied-unproven-text = Die Anwendung verlangt einen Code per SMS, und für Ihr Konto gibt es keine Mobilnummer. Sie können hier selbst eine hinzufügen, sobald sicher ist, dass Sie es sind.
denied-unproven-advice = Bitten Sie Ihre Administration um einen Registrierungslink, öffnen Sie ihn in diesem Browser und beginnen Sie dann neu von der Anwendung aus.

denied-number-title = An Ihre Nummer kann kein Code gesendet werden
denied-number-text = Ihre Mobilnummer gehört zu einem Land, in das dieser Server keine Codes sendet.
denied-number-advice = Bitten Sie Ihre Administration um einen anderen Weg zur Anmeldung, etwa Ersatzcodes, oder darum, die Nummer zu ändern.

not-open-title = Diese Anwendung ist noch nicht freigegeben
not-open-text = Sie wird gerade eingerichtet. Bis das abgeschlossen ist, können sich nur die Personen anmelden, die sie testen. Es wurde niemand angemeldet.
not-open-advice = Versuchen Sie es später noch einmal. Wenn Sie sie testen sollen, melden Sie sich mit dem dafür genannten Konto an, zum Beispiel in einem privaten Fenster.

denied-expired-title = Die Anmeldung hat zu lange gedauert
denied-expired-text = Zu Ihrer Sicherheit muss eine Anmeldung in begrenzter Zeit abgeschlossen werden.
denied-expired-advice = Gehen Sie zurück zur Anwendung und beginnen Sie neu.

denied-sends-title = Es wurden zu viele Codes angefordert
denied-sends-text = Für diese Anmeldung können keine weiteren Codes gesendet werden.
denied-sends-advice = Warten Sie einige Minuten und beginnen Sie dann neu von der Anwendung aus. Wenn Codes Sie nicht erreichen, bitten Sie Ihre Administration, Ihre Nummer zu prüfen.

denied-attempts-title = Zu viele falsche Antworten
denied-attempts-text = Diese Anmeldung wurde zum Schutz des Kontos abgebrochen.
denied-attempts-advice = Warten Sie einige Minuten und beginnen Sie dann neu von der Anwendung aus.

denied-cancelled-title = Die Anmeldung wurde abgebrochen
denied-cancelled-text = Sie wurden nicht angemeldet.
denied-cancelled-advice = Gehen Sie zurück zur Anwendung oder schließen Sie dieses Fenster.

denied-broken-title = Diese Anmeldung konnte nicht abgeschlossen werden
denied-broken-text = Ein Schritt der Anmeldung funktioniert nicht. Es liegt nicht an Ihnen, und niemand wurde angemeldet.
denied-broken-advice = Versuchen Sie es in einigen Minuten erneut. Wenn es wieder geschieht, informieren Sie Ihre Administration.

too-many-requests-title = Zu viele Anfragen
too-many-requests-text = Aus Ihrem Netz kamen mehr Anfragen, als dieser Server auf einmal annimmt.
busy-title = Der Server ist ausgelastet
busy-text = Es melden sich gerade mehr Menschen an, als der Server bedienen kann. Es geht nichts verloren.
wait-then-try = Warten Sie { $wait } und versuchen Sie es dann erneut.
wait-a-moment = Warten Sie einen Moment und versuchen Sie es dann erneut.
