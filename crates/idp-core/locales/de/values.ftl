# Was an einer Eingabe im Profil oder an einem Benutzernamen falsch ist.
username-characters = Ein Benutzername hat 1 bis { $most } Zeichen: Buchstaben, Ziffern und . _ - + @. Wählen Sie einen anderen.
username-taken = Es gibt schon ein Konto mit diesem Benutzernamen. Wählen Sie einen anderen.
value-required = Das ist erforderlich. Geben Sie einen Wert an.
value-blank = Das darf nicht leer sein. Um es zu entfernen, geben Sie keinen Wert an.
value-long = Das ist zu lang: Verwenden Sie höchstens { $most } Zeichen.
value-many = Das sind zu viele Werte: Behalten Sie höchstens { $most }.
value-control = Das enthält unsichtbare Zeichen, etwa einen Zeilenumbruch. Tippen Sie es neu ein.
value-boolean = Das muss true oder false sein.
value-email = Schreiben Sie eine E-Mail-Adresse wie { $example }.
value-pattern = Das hat nicht die Form, die hier verlangt wird. Fragen Sie einen Administrator, welche das ist.
value-fixed = Das können Sie hier nicht selbst ändern. Fragen Sie einen Administrator.
