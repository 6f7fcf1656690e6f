//! Which country a number belongs to, by its first digits (ITU-T E.164, list of assigned codes, and
//! the numbering plans of the countries that share a code).

use std::collections::HashMap;
use std::sync::LazyLock;

/// Countries (ISO 3166-1 alpha-2) with the digits their numbers begin with; the longest that fits
/// decides. `--` are services of no country: free-phone, premium-rate and satellite numbers.
const ASSIGNED: &str = "
    -- 800 808 870 878 881 882 883 888 979 1500 1700 1800 1822 1833 1844 1855 1866 1877 1888 1900
    US 1
    CA 1204 1226 1236 1249 1250 1257 1263 1289 1306 1343 1354 1365 1367 1368 1382 1403 1416 1418
       1428 1431 1437 1438 1450 1468 1474 1506 1514 1519 1548 1579 1581 1584 1587 1600 1604 1613
       1622 1639 1647 1672 1683 1705 1709 1742 1753 1778 1780 1782 1807 1819 1825 1867 1873 1879
       1902 1905 1942
    AG 1268 AI 1264 AS 1684 BB 1246 BM 1441 BS 1242 DM 1767 DO 1809 1829 1849 GD 1473 GU 1671
    JM 1658 1876 KN 1869 KY 1345 LC 1758 MP 1670 MS 1664 PR 1787 1939 SX 1721 TC 1649 TT 1868
    VC 1784 VG 1284 VI 1340
    RU 7 KZ 76 77
    EG 20 ZA 27 GR 30 NL 31 BE 32 FR 33 ES 34 HU 36 IT 39 VA 379 3906698 RO 40 CH 41 AT 43
    GB 44 GG 441481 447781 447839 4479111 4479117 IM 441624 447524 447624 447924 4474576
    JE 441534 447509 447797 447829 447937
    DK 45 SE 46 NO 47 SJ 4779 PL 48 DE 49
    PE 51 MX 52 CU 53 AR 54 BR 55 CL 56 CO 57 VE 58
    MY 60 AU 61 CX 6189164 CC 6189162 ID 62 PH 63 NZ 64 SG 65 TH 66
    JP 81 KR 82 VN 84 CN 86 TR 90 IN 91 PK 92 AF 93 LK 94 MM 95 IR 98
    SS 211 MA 212 DZ 213 TN 216 LY 218 GM 220 SN 221 MR 222 ML 223 GN 224 CI 225 BF 226 NE 227
    TG 228 BJ 229 MU 230 LR 231 SL 232 GH 233 NG 234 TD 235 CF 236 CM 237 CV 238 ST 239 GQ 240
    GA 241 CG 242 CD 243 AO 244 GW 245 IO 246 AC 247 SC 248 SD 249 RW 250 ET 251 SO 252 DJ 253
    KE 254 TZ 255 UG 256 BI 257 MZ 258 ZM 260 MG 261 RE 262 YT 262269 262639 262709 ZW 263 NA 264
    MW 265 LS 266 BW 267 SZ 268 KM 269 SH 290 TA 2908 ER 291 AW 297 FO 298 GL 299
    GI 350 PT 351 LU 352 IE 353 IS 354 AL 355 MT 356 CY 357 FI 358 AX 35818 BG 359 LT 370 LV 371
    EE 372 MD 373 AM 374 BY 375 AD 376 MC 377 SM 378 UA 380 RS 381 ME 382 XK 383 HR 385 SI 386
    BA 387 MK 389 CZ 420 SK 421 LI 423
    FK 500 BZ 501 GT 502 SV 503 HN 504 NI 505 CR 506 PA 507 PM 508 HT 509 GP 590 BO 591 GY 592
    EC 593 GF 594 PY 595 MQ 596 SR 597 UY 598 BQ 599 CW 5999
    TL 670 NF 672 BN 673 NR 674 PG 675 TO 676 SB 677 VU 678 FJ 679 PW 680 WF 681 CK 682 NU 683
    WS 685 KI 686 NC 687 TV 688 PF 689 TK 690 FM 691 MH 692
    KP 850 HK 852 MO 853 KH 855 LA 856 BD 880 TW 886 MV 960 LB 961 JO 962 SY 963 IQ 964 KW 965
    SA 966 YE 967 OM 968 PS 970 AE 971 IL 972 BH 973 QA 974 BT 975 MN 976 NP 977 TJ 992 TM 993
    AZ 994 GE 995 KG 996 UZ 998
";

/// [`ASSIGNED`] by digits.
static COUNTRIES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let mut country = "--";
    let mut countries = HashMap::new();
    for token in ASSIGNED.split_ascii_whitespace() {
        if token.starts_with(|first: char| first.is_ascii_digit()) {
            countries.insert(token, country);
        } else {
            country = token;
        }
    }
    countries
});

/// The most digits that a country is known by.
const LONGEST: usize = 7;

/// The country of a number's digits; `None` when they begin with no country's code.
pub(super) fn country(digits: &str) -> Option<&'static str> {
    let mut beginnings = (1..=LONGEST).rev().filter_map(|length| digits.get(..length));
    let country = beginnings.find_map(|beginning| COUNTRIES.get(beginning))?;
    (*country != "--").then_some(*country)
}

/// How many digits the calling code has.
pub(crate) fn calling_code_length(digits: &str) -> usize {
    const TWO_DIGITS: [&str; 44] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
        "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
        "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    match digits.get(..2) {
        Some(code) if code.starts_with(['1', '7']) => 1,
        Some(code) if TWO_DIGITS.contains(&code) => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_assigned_prefix_names_the_country() {
        for (digits, expected) in [
            ("94771234567", Some("LK")),
            ("14155552671", Some("US")),
            ("14165552671", Some("CA")),
            ("18765552671", Some("JM")),
            ("79161234567", Some("RU")),
            ("77011234567", Some("KZ")),
            ("447400123456", Some("GB")),
            ("447797123456", Some("JE")),
            ("491511234567", Some("DE")),
            ("59991234567", Some("CW")),
            ("38349123456", Some("XK")),
            ("19005551234", None),
            ("881612345678", None),
            ("2101234567", None),
        ] {
            assert_eq!(country(digits), expected, "{digits}");
        }
    }

    #[test]
    fn the_list_is_well_formed_and_agrees_with_the_lengths_of_calling_codes() {
        let mut seen = std::collections::BTreeSet::new();
        for token in ASSIGNED.split_ascii_whitespace() {
            if token.starts_with(|first: char| first.is_ascii_digit()) {
                assert!(token.bytes().all(|b| b.is_ascii_digit()) && seen.insert(token), "{token}");
                assert!(token.len() <= LONGEST, "{token}");
                let calling_code = calling_code_length(&format!("{token}00"));
                assert!(token.len() >= calling_code, "{token}");
            } else {
                assert!(token.len() == 2, "{token}");
            }
        }
    }
}
