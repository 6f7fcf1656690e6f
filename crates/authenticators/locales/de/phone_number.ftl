phone-empty = Die Telefonnummer ist leer; geben Sie sie mit Ländervorwahl ein, etwa { $example }.
phone-character = Die Telefonnummer enthält „{ $character }“; verwenden Sie Ziffern von 0 bis 9, wahlweise ein + davor, Leerzeichen, Bindestriche, Punkte und Klammern, und nur eine Nummer.
phone-plus = Die Telefonnummer hat ein +, das nicht am Anfang steht; geben Sie nur eine Nummer ein.
phone-parentheses = In der Telefonnummer fehlt zu einer Klammer die andere.
phone-trunk-prefix = Lassen Sie die (0) in der Telefonnummer weg: Nach der Ländervorwahl wird sie nicht gewählt.
phone-national = Die Telefonnummer beginnt mit 0; geben Sie sie mit Ländervorwahl ein, etwa { $example }.
phone-length = Die Zahl der Ziffern der Telefonnummer ist { $digits }; mit Ländervorwahl sind es 8 bis 15.
