phone-empty = El número de teléfono está vacío; introdúzcalo con el prefijo del país, como { $example }.
phone-character = El número de teléfono contiene «{ $character }»; use cifras del 0 al 9, un + opcional delante, espacios, guiones, puntos y paréntesis, y un solo número.
phone-plus = El número de teléfono tiene un + que no está al principio; introduzca un solo número.
phone-parentheses = El número de teléfono tiene un paréntesis sin su pareja.
phone-trunk-prefix = Quite el (0) del número de teléfono: no se marca después del prefijo del país.
phone-national = El número de teléfono empieza por 0; introdúzcalo con el prefijo del país, como { $example }.
phone-length = El número de teléfono tiene { $digits } cifras; con el prefijo del país tiene de 8 a 15.
