new-password-short = Das Passwort ist zu kurz: Es hat { $found } von mindestens { $least } Zeichen.
new-password-long = Das Passwort ist länger als { $most } Byte; nehmen Sie ein kürzeres.
new-password-control = Das Passwort enthält ein Steuerzeichen wie einen Tabulator oder Zeilenumbruch; lassen Sie es weg.
new-password-common = Das Passwort gehört zu denen, die Angreifer zuerst probieren; wählen Sie ein anderes.
new-password-personal = Das Passwort enthält „{ $word }“, was bei diesem Konto leicht zu erraten ist; fügen Sie mindestens acht andere Zeichen hinzu oder wählen Sie ein anderes.
new-password-repeated = Das Passwort wiederholt ein Stück; wählen Sie ein anderes.
new-password-run = Das Passwort ist eine Reihe von Buchstaben, Ziffern oder Tasten; wählen Sie ein anderes.
