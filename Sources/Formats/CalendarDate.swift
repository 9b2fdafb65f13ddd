/// A day of the Gregorian calendar, and its distance from 1970-01-01.
///
/// The arithmetic counts in eras of 400 years (146,097 days) that begin on a 1 March, so that the leap day is the last of its year
/// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
package struct CalendarDate: Sendable, Equatable {
    package let year: Int
    /// 1…12.
    package let month: Int
    /// 1…31.
    package let day: Int

    /// A date by its parts; nil if there is no such day. Years 0…9999, as RFC 3339 writes them.
    package init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
        guard day <= length else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The date `days` after 1970-01-01; `days` is not negative.
    package init(daysSince1970 days: Int) {
        let sinceEra = days + 719_468
        let era = sinceEra / 146_097
        let dayOfEra = sinceEra % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        month = shifted < 10 ? shifted + 3 : shifted - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }

    /// Days from 1970-01-01 to this one; negative before it.
    package var daysSince1970: Int {
        // One era is added and taken off again, so that no division sees a negative number.
        let shiftedYear = year + 400 - (month <= 2 ? 1 : 0)
        let yearOfEra = shiftedYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (shiftedYear / 400 - 1) * 146_097 + dayOfEra - 719_468
    }
}
