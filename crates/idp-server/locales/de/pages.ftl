help-label = Hilfe:
language-menu = Sprache
error-before-title = Fehler: { $title }
incident-help = Wenn Sie Hilfe brauchen, nennen Sie Ihrer Administration diesen Code:
mistakes = Bitte korrigieren Sie Folgendes:
show = Anzeigen
hide = Verbergen

unit-hours = Std.
unit-minutes = Min.
unit-seconds = Sek.
date-of-day = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { $year }
date-with-time = { $date }, { $time } Uhr (UTC)

step-of = Schritt { $number } von { $count }
to-continue-to = weiter zu { $application }
signing-in-as = Anmeldung als { $person }
use-another-method = Anderes Verfahren verwenden
start-again = Nicht Sie? Neu beginnen
cancel-and-go-back = Abbrechen und zurück zu { $application }
sign-in-ends-in = Diese Anmeldung endet in { $left }.
sign-in-ended = Diese Anmeldung ist beendet. Gehen Sie zurück zur Anwendung und beginnen Sie neu.
code-valid-until = Der Code gilt bis { $time } ({ $left }).
code-not-valid = Der Code gilt nicht mehr.
request-valid-until = Die Anfrage gilt bis { $time } ({ $left }).
request-not-valid = Die Anfrage gilt nicht mehr.
link-valid-until = Der Link gilt bis { $time } ({ $left }).
link-not-valid = Der Link gilt nicht mehr.
available-in = Möglich in { $left }, um { $time }.
reload-then = Laden Sie diese Seite dann neu.
usable-now = „{ $button }“ ist jetzt möglich.
code-of-digits = { $count ->
    [one] { $count } Ziffer
   *[other] { $count } Ziffern
}
code-of-characters = { $count ->
    [one] { $count } Buchstabe oder Ziffer
   *[other] { $count } Buchstaben und Ziffern
}
code-from-to-digits = { $least } bis { $most } Ziffern
code-from-to-characters = { $least } bis { $most } Buchstaben und Ziffern
choose-title = Wie möchten Sie sich anmelden?

passing-title = Weiter zu { $application }
passing-heading = Sie werden zu { $application } weitergeleitet
passing-button = Weiter
unsolicited-text = Ein Link hat Sie hierher gebracht, der Sie bei { $application } anmeldet. Fahren Sie nur fort, wenn Sie das wollen.

home-title = Einmalige Anmeldung
home-text = Dieser Server meldet Menschen bei Anwendungen an. Öffnen Sie zum Anmelden die gewünschte Anwendung: Sie führt Sie hierher und wieder zurück.
home-signed-out = Sie sind abgemeldet.
home-signed-in = Sie sind als { $person } angemeldet.
home-console = Verwaltungskonsole öffnen
home-for-administrators = Für Administratoren von Anwendungen
home-metadata = Dies ist ein SAML-2.0-Identitätsanbieter. Registrieren Sie ihn in Ihrer Anwendung mit seinen Metadaten:
home-metadata-link = SAML-Metadaten
home-entity-id = Entity-ID

left-title = Sie haben sich nicht angemeldet
left-text = Es wurde nichts geändert. Sie können es jederzeit erneut versuchen oder dieses Fenster schließen.
left-again = Bei { $application } anmelden
return-to = Zurück zu { $application }

enrolment-title = Sie können Ihre Mobilnummer hinzufügen
enrolment-how = Öffnen Sie nun die gewünschte Anwendung und melden Sie sich dort mit diesem Browser an. Nach dem Passwort werden Sie nach Ihrer Mobilnummer gefragt, und ein Code wird an sie gesendet.
enrolment-once = Das geht einmal, und zwar noch { $left } lang. Wenn Sie nicht darum gebeten haben, schließen Sie dieses Fenster und informieren Sie Ihre Administration.

username = Benutzername
password = Passwort
password-again = Passwort wiederholen
password-title = Passwort wählen
password-intro = Es gilt für das Konto unten. Der Link, der Sie hierher geführt hat, funktioniert einmal, und niemand sonst erfährt das Passwort.
password-save = Passwort speichern
password-done-title = Ihr Passwort ist gesetzt
password-done-text = Ab jetzt meldet sich { $username } mit dem gewählten Passwort an. Der Link funktioniert nicht mehr, und das Konto wurde überall abgemeldet, wo es angemeldet war.
password-done-next = Öffnen Sie nun die gewünschte Anwendung und melden Sie sich dort an. Was sie sonst noch verlangt, etwa einen Code per SMS, verlangt sie wie bisher.
password-rule-length = { $least ->
    [one] Mindestens { $least } Zeichen; am einfachsten sind ein paar Wörter, die nicht zusammengehören.
   *[other] Mindestens { $least } Zeichen; am einfachsten sind ein paar Wörter, die nicht zusammengehören.
}
password-rule-any = Beliebige Zeichen, auch Leerzeichen. Ziffern oder Sonderzeichen sind nicht nötig.
password-rule-unknown = Kein Passwort, das von anderen Websites bekannt ist, und nicht Ihr Benutzername.
passwords-differ = Die beiden Passwörter sind nicht gleich. Geben Sie zweimal dasselbe ein.

bootstrap-title = Das erste Administratorkonto anlegen
bootstrap-intro = Dieses Konto verwaltet den Server. Der Link, der Sie hierher geführt hat, funktioniert einmal.
bootstrap-create = Administratorkonto anlegen
bootstrap-done-title = Das Administratorkonto ist angelegt
bootstrap-done-text = { $username } kann sich jetzt mit dem gewählten Passwort anmelden. Der Link funktioniert nicht mehr.
bootstrap-done-next = Melden Sie sich als Nächstes bei der Konsole an. Dort registrieren Sie die Anwendungen, bei denen man sich anmelden soll.

# Abmelden, hier und bei Anwendungen.
logout-title = Abmelden
logout-question = Wenn Sie sich abmelden, sind Sie hier und bei diesen Anwendungen abgemeldet:
logout-question-here = Wenn Sie sich abmelden, sind Sie hier abgemeldet. Es muss keine Anwendung benachrichtigt werden.
logout-nobody = Sie sind nicht angemeldet.
logout-telling-title = Sie werden abgemeldet
logout-telling = Hier sind Sie abgemeldet. Nun meldet { $application } Sie ab.
logout-go-on = Ohne zu warten weiter
logout-done-title = Sie sind abgemeldet
logout-complete = Sie sind hier und bei allen Anwendungen abgemeldet, die Sie benutzt haben.
logout-partial = Hier sind Sie abgemeldet, aber nicht jede Anwendung hat bestätigt, dass sie Sie abgemeldet hat. Schließen Sie an einem gemeinsam genutzten Computer jetzt den Browser.
logout-state-pending = wird als Nächstes benachrichtigt
logout-state-waiting = wird gerade benachrichtigt
logout-state-ended = hat Sie abgemeldet
logout-state-refused = hat Sie nicht abgemeldet
logout-state-timed-out = hat nicht geantwortet
logout-state-cannot-be-told = kann nicht benachrichtigt werden; melden Sie sich dort selbst ab
logout-retry = Erneut versuchen
logout-back-soon = In wenigen Sekunden geht es zurück.
logout-stay = Auf dieser Seite bleiben
