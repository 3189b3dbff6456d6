export default {
  categoriesLabel: 'Kategóriák',
  emojiUnsupportedMessage: 'A böngésző nem támogatja a színes emojikat.',
  favoritesLabel: 'Kedvencek',
  loadingMessage: 'Betöltés…',
  networkErrorMessage: 'Nem sikerült betölteni az emojikat.',
  regionLabel: 'Emoji választó',
  searchDescription: 'Ha a keresési eredmények elérhetők, nyomja meg a fel vagy le nyilat a kiválasztáshoz és az entert a választáshoz.',
  searchLabel: 'Keresés',
  searchResultsLabel: 'Keresési eredmények',
  skinToneDescription: 'Kibontva a fel vagy le nyíl megnyomásával választhat és az enterrel erősítheti meg.',
  skinToneLabel: 'Válasszon bőrtónust (jelenleg {skinTone})',
  skinTonesLabel: 'Bőrtónus',
  skinTones: [
    'Alapértelmezett',
    'Világos',
    'Közepesen világos',
    'Közepes',
    'Közepesen sötét',
    'Sötét'
  ],
  categories: {
    custom: 'Egyéni',
    'smileys-emotion': 'Hangulatjelek és érzelmek',
    'people-body': 'Emberek és test',
    'animals-nature': 'Állatok és természet',
    'food-drink': 'Ételek és italok',
    'travel-places': 'Utazás és helyek',
    activities: 'Tevékenységek',
    objects: 'Tárgyak',
    symbols: 'Szimbólumok',
    flags: 'Zászlók'
  }
}
