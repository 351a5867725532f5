package vendors

// orejime is Orejime 3.2: https://github.com/boscop-fr/orejime.
var orejime = Vendor{Name: "orejime", Cookie: "eu-consent", Days: 120}
