// Names on the base map. Countries are named by the browser itself (Intl.DisplayNames); towns are few and written here.

/** ISO 3166-1 numeric → alpha-2, and where the name stands. */
export const COUNTRIES: readonly (readonly [number, string, number, number])[] = [
  [56, "BE", 4.6, 50.62],
  [528, "NL", 5.65, 52.28],
  [442, "LU", 6.08, 49.95],
  [250, "FR", 2.6, 47.2],
  [276, "DE", 9.9, 51.0],
  [826, "GB", -1.6, 52.6],
  [208, "DK", 9.2, 56.1],
  [756, "CH", 8.2, 46.8],
  [40, "AT", 14.2, 47.5],
  [203, "CZ", 15.2, 49.8],
  [616, "PL", 18.0, 52.2],
  [380, "IT", 10.6, 44.9],
  [372, "IE", -8.0, 53.2],
];

export const HOME: ReadonlySet<number> = new Set([56, 528, 442]);

/** Longitude, latitude, the zoom from which the name shows, then nl, fr, de, en (one name where all four agree). */
type Town = readonly [number, number, number, ...string[]];

export const TOWNS: readonly Town[] = [
  [4.35, 50.85, 4.5, "Brussel", "Bruxelles", "Brüssel", "Brussels"],
  [4.9, 52.37, 4.5, "Amsterdam"],
  [6.13, 49.61, 6.4, "Luxemburg", "Luxembourg", "Luxemburg", "Luxembourg"],
  [4.48, 51.92, 5.8, "Rotterdam"],
  [4.3, 52.08, 6.2, "Den Haag", "La Haye", "Den Haag", "The Hague"],
  [4.4, 51.22, 5.8, "Antwerpen", "Anvers", "Antwerpen", "Antwerp"],
  [5.57, 50.63, 6, "Luik", "Liège", "Lüttich", "Liège"],
  [3.72, 51.05, 6.2, "Gent", "Gand", "Gent", "Ghent"],
  [5.12, 52.09, 6.4, "Utrecht"],
  [6.57, 53.22, 6, "Groningen", "Groningue", "Groningen", "Groningen"],
  [5.48, 51.44, 6.2, "Eindhoven"],
  [5.69, 50.85, 6.8, "Maastricht"],
  [4.86, 50.47, 6.6, "Namen", "Namur"],
  [4.44, 50.41, 6.8, "Charleroi"],
  [5.81, 49.68, 7, "Aarlen", "Arlon", "Arel", "Arlon"],
  [3.23, 51.21, 6.6, "Brugge", "Bruges", "Brügge", "Bruges"],
  [3.83, 51.33, 7.4, "Terneuzen"],
  [3.26, 50.83, 7.4, "Kortrijk", "Courtrai", "Kortrijk", "Kortrijk"],
  [3.95, 50.45, 7, "Bergen", "Mons"],
  [5.34, 50.93, 7, "Hasselt"],
  [4.7, 50.88, 7.4, "Leuven", "Louvain", "Löwen", "Leuven"],
  [4.78, 51.59, 6.8, "Breda"],
  [5.91, 51.98, 6.6, "Arnhem"],
  [6.89, 52.22, 6.6, "Enschede"],
  [6.09, 52.51, 6.8, "Zwolle"],
  [5.8, 53.2, 6.8, "Leeuwarden"],
  [6.17, 51.37, 7.2, "Venlo"],
  [6.03, 50.63, 7.4, "Eupen"],
  [5.98, 49.5, 7.6, "Esch-sur-Alzette"],
  [6.1, 49.87, 8, "Ettelbruck"],
  [6.08, 50.78, 6.6, "Aken", "Aix-la-Chapelle", "Aachen", "Aachen"],
  [6.96, 50.94, 5.6, "Keulen", "Cologne", "Köln", "Cologne"],
  [6.78, 51.23, 6, "Düsseldorf"],
  [7.63, 51.96, 6.4, "Münster"],
  [6.64, 49.76, 6.6, "Trier", "Trèves", "Trier", "Trier"],
  [7, 49.24, 6.2, "Saarbrücken", "Sarrebruck", "Saarbrücken", "Saarbrücken"],
  [8.27, 50.0, 6.2, "Mainz", "Mayence", "Mainz", "Mainz"],
  [3.06, 50.63, 5.8, "Rijsel", "Lille"],
  [6.18, 49.12, 6, "Metz"],
  [6.18, 48.69, 6.2, "Nancy"],
  [7.75, 48.58, 5.8, "Straatsburg", "Strasbourg", "Straßburg", "Strasbourg"],
  [4.03, 49.26, 6.4, "Reims"],
  [2.38, 51.04, 6.8, "Duinkerke", "Dunkerque", "Dünkirchen", "Dunkirk"],
  [2.35, 48.86, 4.5, "Parijs", "Paris"],
  [-0.13, 51.51, 4.5, "Londen", "Londres", "London", "London"],
];

const LANGUAGES = ["nl", "fr", "de", "en"];

/** The name of a town in a language; a list of two is the Dutch name and the one of all others. */
export function townName(town: Town, language: string): string {
  const names = town.slice(3) as string[];
  return names[LANGUAGES.indexOf(language)] ?? names.at(-1) ?? "";
}
