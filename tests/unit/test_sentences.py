"""Boundaries of sentences: one table, a bar at every wanted boundary."""

from __future__ import annotations

import time

import pytest

from ingest.abbreviations import abbreviations
from ingest.document import Span
from ingest.sentences import split_sentences

# " | " stands for one space at a boundary, "|" alone for a boundary without white space.
CASES: dict[str, tuple[str, ...]] = {
    "en": (
        "One law for all.",
        "The bill passed. | It enters into force in May.",
        "Who can apply? | Anyone. | Really! | Yes.",
        "Bring papers, e.g. a lease or i.e. proof of address. | Copies will do.",
        "Bring papers, e.g. Italian ones. | Copies will do.",
        "Clinics, shelters, etc. are open. | Schools, etc. | They all help.",
        "Mr. Brown met Dr. Green and Ms. White in St. Gallen. | They talked.",
        "See recital no. 35 and nos. 36–38 of the text. | The answer is no. | It stays so.",
        "See art. 35, para. 4 of Legislative Decree no. 286/98 on immigration. | It still applies.",
        "See art. L.251-1 of the Social Action and Family Code Loi No. 99-641 of 1999. | It was amended.",
        "Directive 2012/29/EU protects victims. | Directive 2009/52/EC does not.",
        "Cf. vol. 3, ed. 2, p. 14, pp. 20–22 and fig. 5. | The rest is online.",
        "The museum shows modern art. | The entrance is free.",
        "Smith vs. Jones was decided in approx. 1990. | Nobody appealed.",
        "The U.S. Government and the U.K. Parliament agreed. | Others did not.",
        "He moved to the U.S. | The family followed.",
        "She holds a Ph.D. in law. | Her sister has a Ph.D. | They teach.",
        "It was adopted on 3 Sept. 2019 and on Oct. 4. | It was late.",
        "J. K. Rowling and George R. R. Martin signed. | J. Doe did not.",
        "We chose plan B. | The council agreed.",
        "1. Acknowledging the risks, states act. | 2. Noting the rest, they wait.",
        "a) Access to care. | b) Access to school. | c) Access to courts.",
        "(iii) The right to a remedy applies. | (iv) The right to counsel too.",
        "3.2. Scope of the directive. | It covers workers.",
        "A. Background of the case. | B. The facts.",
        "IV. Conclusions and next steps. | They follow from part III.",
        "The steps are: 1. Register the child. | 2. Choose a doctor.",
        "The share rose from 3.5 to 4.25 per cent, or 1,250.75 euros. | It fell later.",
        "The office opens at 9.30 and closes at 5 p.m. | The phone is free.",
        "It opens at 8 a.m. on weekdays. | It closes at noon.",
        "See sections 4.1 and 4.2.3. | They list the duties.",
        "Write to info@example.org. | Or call.",
        "Visit www.example.org. | The form is at https://example.org/a.b/form.php?id=3&x=1. | Fill it in.",
        "Open report.v2.pdf with version 2.10.3 of the reader. | Then print it.",
        "They waited … and waited ... for years. | Nothing came.",
        "They waited… | Nothing came... | They left.",
        "… The law is silent. | […] It was drafted in haste.",
        "The law is silent […] on this point. | It was (...) drafted in haste.",
        "“Access must be guaranteed.” | The adviser agreed.",
        '"Access must be guaranteed." | The adviser agreed.',
        "'Access must be guaranteed.' | The adviser agreed.",
        "The report calls it a “firewall”. | The word is apt.",
        "“Who pays?” she asked. | “Nobody!” he cried.",
        "The adviser said: “First. | Second. | Third.” | Then he left.",
        "“Rights are for all. | They are not a reward.” | So it stands.",
        "(Kindly send the text. | Add a translation.) | The deadline is May.",
        "The law (see Annex 2. Also Annex 3.) is clear. | It holds.",
        "The convention applies (“the Istanbul Convention”). | States report.",
        "It applies to all (workers, families, etc.). | It holds.",
        "It was adopted by all member states.3 | The next step is hers.",
        "It was adopted by all member states.3,4 | The next step is hers.",
        "It was adopted.[12] | The next step is hers.¹ | It follows.",
        "These organisations7 are small. | They grow.",
        "It helps illegal immigrants. 1 2 | It also advocates for them. 3",
        "It consists of groups across 32 countries. 1 | PICUM is based in Brussels. 4",
        "Progress was slow. | 27 Member States took part. | 5 abstained.",
        "It was published in 2019. | 160 members signed it.",
        "Progress was slow. | 15 people left.",
        "There are two goals: access to care; access to school. | Both matter.",
        "Yahoo! is a company. | So is Jeopardy! the show.",
        "Is it lawful?! | Nobody knows!!! | Ask.",
        "The case is Doe v. Roe. | The court sat in Luxembourg.",
        "Acme Inc. and Beta Ltd. merged. | Gamma Corp. | The rest stayed apart.",
        "Smith et al. (2019) and Jones et al. disagree. | Both cite Lee et al. | The debate goes on.",
        "Health. | • Care for all • Medicines for all",
        "It failed. | • Care for all. | • Medicines for all.",
        "It failed. | - Care for all. | – Medicines for all.",
        "**Health is a right.** | *Housing* is too. | __Work.__ | End.",
        "It cost 5 million. | €3 million came from the EU. | § 5 applies.",
        "She was born in 1990. | In 2001 she moved.",
        "World War II. | The peace that followed.",
        "He and I. | Then came the others.",
        "The plan covers 2021–2025. | It was adopted by the board.",
        "He spoke to Gov. Smith, Sen. Jones and Rep. Lee. | They listened.",
        "Ms Milquet’s report was published on 11 March. | Recommendation no. 35 of the report is clear.",
        "See Art. 59 (1) lit. a of the Convention. | It concerns permits.",
        "See ch. III, sec. (b), paras. 4–6. | They are short.",
        "It is so (sic!) and no other way. | It is odd (?) but true.",
        "The quote ends here. (emphasis added) | The text goes on.",
        "…",
        "7",
        "***",
        "Done. ***",
        "The EU (incl. Denmark) agreed. | Norway, Iceland etc. joined in Jan. 2020 and Feb. 2021.",
        "In the case of M.S.S. v. Belgium and Greece (no. 30696/09), the Court ruled. | States must comply.",
        "See Council Reg. (EC) No. 562/2006 of 15 March 2006, O.J. L 105. | It was repealed.",
        "Dr. Smith said, “We need No. 5.” | The nurse left.",
        "What is the A.M.E.? | It is State Medical Aid in France.",
        "Total: 3 million p.a. | The rest is unknown.",
        "Member States shall: (a) inform victims; (b) refer them. | This covers all.",
        "PICUM, Rue du Congrès 37, 1000 Brussels. | Tel. +32 2 210 17 80.",
        "The U.N. High Commissioner spoke. | So did the I.O.M. | Both were brief.",
        "Rates fell by 2.5%. | That is little.",
        "We met at 5.30 p.m. in Room 3. | Nobody came.",
        "The figure is 10,000. | Is it? | (Source: Eurostat.) | We doubt it.",
        "The so-called “Dublin III.” | This rule stands.",
        "It began on 1 Jan. | The rest came later.",
        "He lives at 5 Elm St. in London. | She moved.",
        "The Commission’s proposal of Dec. 2020 (COM(2020) 610 final) stalled. | The Council waited.",
        "As Art. 3(1) CRC says, “the best interests of the child shall be primary”. | That includes Art. 9.",
        "Is detention legal? | No. | It is not.",
        "Ph.D. students, M.A. holders and B.Sc. graduates applied. | All passed.",
    ),
    "fr": (
        "La loi est claire. | Elle date de 1999.",
        "Les enfants, p. ex. les mineurs isolés, vont à l’école. | C’est un droit.",
        "M. Dupont et Mme Durand ont signé. | M. Le Goff aussi.",
        "Cf. art. L. 251-1 du Code de l’action sociale. | Il fixe l’AME.",
        "La loi n° 99-641 du 27 juillet 1999 crée la CMU. | Elle est universelle.",
        "Voir Martin et al. (2018), p. 12, et vol. 2. | Le reste suit.",
        "Qui peut demander l’AME ? | Toute personne résidant en France !",
        "« L’accès est un droit. » | Le juge l’a dit.",
        "« Pourquoi ? » demande-t-elle. | Personne ne répond.",
        "Il dit : « D’abord. | Ensuite. » | Puis il part.",
        "Les crèches, écoles, etc. sont ouvertes. | Les musées, etc. | Tout est ouvert.",
        "Le J.O. du 28 juillet l’a publié. | L’État l’applique.",
        "Le prix est de 3,50 euros, soit 1.250 au total. | C’est peu.",
        "1. Reconnaître les diplômes. | 2. Ouvrir les écoles.",
        "Voir chap. 3, éd. 2020, t. 2. | Le texte est court.",
        "La directive « retour »1 est ancienne.2 | Elle sera revue.",
        "L’art. 3 de la C.E.D.H. interdit la torture. | La Cour l’a rappelé dans l’arrêt du 21 janv. 2011.",
        "Mme Le Pen, M. De Gaulle et le Dr Petit. | Personne d’autre.",
        "Le C.P.A.S. de Bruxelles délivre l’A.M.U. | Les soins sont gratuits.",
        "Voir aussi p. 3 et s. | Les détails suivent. | Etc.",
        "Il y avait env. 15 000 personnes. | Certaines sont parties.",
    ),
    "de": (
        "Das Gesetz gilt. | Es ist alt.",
        "Kinder bzw. Eltern brauchen z. B. einen Ausweis, d. h. ein Dokument. | Das ist üblich.",
        "Kinder brauchen z.B. Papiere, d.h. Dokumente u.a. Ausweise. | Das ist üblich.",
        "Siehe Art. 6 Abs. 1 lit. a DSGVO. | Die Norm ist klar.",
        "§ 87 Abs. 2 Nr. 1 AufenthG verpflichtet Behörden. | Schulen sind ausgenommen.",
        "Vgl. S. 12 ff. und Rn. 5. | Der Rest steht im Anhang.",
        "Am 3. Mai und am 15. Oktober tagt der Rat. | Am 1. Januar nicht.",
        "Im 21. Jahrhundert gilt das nicht mehr. | Der 2. Weltkrieg ist vorbei.",
        "Das Amt bearbeitet Anträge usw. sehr langsam. | Man wartet.",
        "Sie half bei Anträgen, Briefen usw. | Das war viel.",
        "Dr. Müller und Prof. Dr. Weber kamen. | Frau Dr. Klein auch.",
        "Es kamen 15. | Außerdem kam der Rat, gez. Müller.",
        "Es kamen 15. | Die anderen blieben zu Hause.",
        "Es gilt Artikel 6. | Kinder haben Rechte.",
        "Das war 2019. | Danach änderte sich viel.",
        "„Wer zahlt?“ fragte sie. | „Niemand.“ | Das war alles.",
        "»Wir bleiben.« | Sie blieben.",
        "Er sagte: „Erstens. | Zweitens.“ | Dann ging er.",
        "Die Frist endet um 10.30 Uhr. | Danach ist Schluss.",
        "Das kostet ca. 1.250,50 Euro inkl. MwSt. pro Jahr. | Das ist viel.",
        "Nach Art. 4 i. V. m. Art. 5 GG ist das erlaubt. | So das Gericht.",
        "Ludwig XIV. Platz ist gesperrt. | Die Stadt baut.",
        "Der Verein (gegr. 1998, e. V. Berlin) hilft. | Er wächst.",
        "Die Kommission hat z. T. zugestimmt, ggf. Änderungen vorbehalten. | Es eilt.",
        "1. Die Schule. | 2. Das Amt.",
        "Sie wohnt in der Hauptstr. 5. | Er nicht.",
        "Der EuGH (Urt. v. 21. 12. 2011, Rs. C-411/10) entschied. | Das BVerfG folgte.",
        "Am Mo., 3. 5. 2021, tagt der Ausschuss. | Die Presse ist eingeladen.",
        "Hr. Dr. jur. Meier, geb. Schulz, wohnt in St. Pölten. | Sie kennt ihn.",
        "Nach § 60a Abs. 2 S. 3 AufenthG ist Duldung möglich. | Vgl. BT-Drs. 19/8285. | Die Norm ist neu.",
        "Die 3. Kammer des VG Berlin entschied am 1. 2. | Das Urteil ist rechtskräftig.",
        "Es gibt 1,5 Mio. Geflüchtete. | Das sind viele.",
    ),
    "es": (
        "La ley es clara. | Data de 2000.",
        "¿Quién puede pedirlo? | ¡Todos! | ¿De verdad?",
        "El Sr. García y la Sra. López firmaron. | El Dr. Ruiz no.",
        "Los niños, p. ej. los menores solos, estudian. | Es un derecho.",
        "Véase la pág. 12, núm. 3 del art. 5 de la L.O. 4/2000. | Sigue vigente.",
        "Escuelas, hospitales, etc. están abiertos. | Museos, etc. | Todo está abierto.",
        "«El acceso es un derecho». | Así lo dijo el juez.",
        "«El acceso es un derecho.» | Así lo dijo el juez.",
        "Dijo: “Primero. | Segundo.” | Luego se fue.",
        "Ud. tiene derecho a un abogado. | Uds. también.",
        "Los EE.UU. firmaron el pacto. | Los EE. UU. no lo ratificaron.",
        "Cuesta 1.250,50 euros al año. | Es mucho.",
        "La reunión es a las 10.30 h. | Luego hay otra.",
        "¿Por qué? preguntó ella. | Nadie respondió.",
        "La Ley Orgánica 4/2000, de 11 de enero (B.O.E. núm. 10), regula esto. | Fue reformada.",
        "Según la D.ª Ana Pérez, ¿es legal? | Sí.",
        "Llegaron aprox. 1.200 personas. | Casi todas pidieron asilo.",
    ),
    "it": (
        "La legge è chiara. | È del 1998.",
        "Il sig. Rossi e il dott. Bianchi hanno firmato. | L’avv. Verdi no.",
        "Scuole, ospedali, ecc. sono aperti. | Musei, ecc. | Tutto è aperto.",
        "L’art. 35, comma 3, del d.lgs. n. 286/98 garantisce le cure. | È un diritto.",
        "Cfr. pag. 12 e pagg. 14-16, vol. 2. | Il resto è online.",
        "«L’accesso è un diritto». | Lo ha detto il giudice.",
        "Chi può chiedere il codice STP? | Tutti!",
        "La società Alfa S.p.A. di Milano ha chiuso. | La Beta S.r.l. no.",
        "Il tetto è di 1.250,50 euro. | È basso.",
    ),
    "nl": (
        "De wet is duidelijk. | Zij is oud.",
        "Papieren, bijv. een paspoort, d.w.z. een reisdocument, o.a. Franse, helpen. | Zie nr. 5.",
        "Dhr. Jansen en mevr. de Vries tekenden. | Mr. Bakker niet.",
        "Zie art. 10 lid 2 Vw 2000 jo. art. 3 EVRM. | Dat geldt nog.",
        "Scholen, ziekenhuizen, enz. zijn open. | Musea, enz. | Alles is open.",
        "‘Wie betaalt?’ vroeg zij. | ‘Niemand.’ | Dat was alles.",
        "De kosten zijn ca. 1.250,50 euro i.v.m. de reis. | Dat is veel.",
        "'s Avonds is het kantoor dicht. | 's Ochtends niet.",
        "Art. 8 EVRM (vgl. HR 5 jan. 2010) geldt. | Zie ook blz. 3 e.v. | De rest volgt.",
    ),
    "pl": (
        "Ustawa jest jasna. | Jest stara.",
        "Dzieci, np. Ukraińcy, tzn. uchodźcy, m.in. z Kijowa, uczą się. | To prawo.",
        "Ustawa z dnia 12 grudnia 2013 r. o cudzoziemcach weszła w życie. | Jest ważna.",
        "Przyjęto ją w 2013 r. | Potem ją zmieniono.",
        "Biuro jest przy ul. Długiej. | Tel. 22 123 45 67.",
        "Zgodnie z art. 5 ust. 2 pkt 3 ustawy dr Nowak ma rację. | Sąd nie.",
        "Spotkanie jest 3. maja i 15. października. | Wszyscy przyjdą.",
        "Dr. Nowak i prof. Kowalska podpisali. | Inż. Wójcik nie.",
        "„Kto płaci?” zapytała. | „Nikt.” | To wszystko.",
        "Szkoły, szpitale itd. są otwarte. | Muzea itp. | Wszystko działa.",
        "Zob. wyrok z dn. 5 maja 2010 r. (sygn. akt II SA/Wa 12/10). | Sąd oddalił skargę.",
        "W XX w. | Polska odzyskała niepodległość. | To fakt.",
    ),
    "pt": (
        "A lei é clara. | É de 2007.",
        "O Sr. Silva e a Sra. Costa assinaram. | O Dr. Melo não.",
        "Veja a pág. 12, o n.º 3 do art. 5.º e p. ex. o anexo. | Está em vigor.",
        "Quem pode pedir? | Todos!",
        "Escolas, hospitais, etc. estão abertos. | Museus, etc. | Tudo está aberto.",
        "“O acesso é um direito.” | Disse-o o juiz.",
        "A Av. da Liberdade fica longe. | O resto não.",
        "Nos termos do n.º 2 do art. 27.º da C.R.P., a detenção é excepcional. | O S.E.F. foi extinto.",
    ),
    "sv": (
        "Lagen är tydlig. | Den är gammal.",
        "Ta med handlingar, t.ex. pass, dvs. id, bl.a. Norska. | Det räcker.",
        "Se s. 12, kap. 3 och 4 § resp. nr. 5. | Resten är på nätet.",
        "Skolor, sjukhus m.m. är öppna. | Museer m.m. | Allt är öppet.",
        "”Vem betalar?” frågade hon. | ”Ingen.” | Det var allt.",
        "Mötet är den 3. maj kl. 10.30. | Alla är välkomna.",
        "Enl. 4 kap. 1 § UtlL (2005:716) m.m. gäller detta. | Se prop. 2004/05:170 s. 15 f. | Det är klart.",
    ),
    "da": (
        "Loven er klar. | Den er gammel.",
        "Medbring papirer, f.eks. pas, dvs. id, bl.a. Danske. | Det er nok.",
        "Jf. udlændingelovens § 9, stk. 2, nr. 1, pkt. 3. | Den gælder.",
        "Mødet er d. 3. maj og den 15. oktober kl. 10.30. | Alle er velkomne.",
        "»Hvem betaler?« spurgte hun. | »Ingen.« | Det var alt.",
    ),
    "no": (
        "Loven er klar. | Den er gammel.",
        "Ta med papirer, f.eks. pass, dvs. id, bl.a. Norske, jf. § 5 nr. 2. | Det holder.",
        "Den 17. mai og 1. juni er stengt. | Alt annet er åpent.",
    ),
    "fi": (
        "Laki on selvä. | Se on vanha.",
        "Ota mukaan papereita, esim. passi, ks. s. 12. | Se riittää.",
        "Kokous on 3. toukokuuta klo 10.30. | Kaikki ovat tervetulleita.",
        "”Kuka maksaa?” hän kysyi. | ”Ei kukaan.” | Siinä kaikki.",
        "Ulkomaalaislain 3. luvun 36 §:n 1 mom. mukaan se käy. | Ks. HE 28/2003 vp. | Laki on voimassa.",
    ),
    "cs": (
        "Zákon je jasný. | Je starý.",
        "Děti, např. Ukrajinci, tj. uprchlíci, studují. | Je to právo.",
        "Podle čl. 5 odst. 2 písm. a) zákona č. 326/1999 Sb. je to možné. | Soud souhlasil.",
        "Schůze je 3. května a 3. 5. 2019. | Všichni přijdou.",
        "„Kdo platí?“ zeptala se. | „Nikdo.“ | To je vše.",
        "Školy, nemocnice atd. jsou otevřené. | Muzea apod. | Vše funguje.",
        "Úřad sídlí v Praze 1, nám. Hrdinů 1634/3. | Tel. č. 974 811 111.",
    ),
    "ro": (
        "Legea este clară. | Este veche.",
        "Dl. Popescu și dna. Ionescu au semnat. | Dr. Marin nu.",
        "Potrivit art. 5 alin. (2) lit. a) din O.U.G. nr. 194/2002, este posibil. | Se aplică.",
        "„Cine plătește?” a întrebat ea. | „Nimeni.” | Atât.",
        "Școli, spitale, etc. sunt deschise. | Muzee ș.a. | Totul merge.",
    ),
    "el": (
        "Ο νόμος είναι σαφής. | Είναι παλιός.",
        "Ποιος πληρώνει; | Κανείς. | Γιατί; | Δεν ξέρω!",
        "Ποιος πληρώνει\u037e | Κανείς.",
        "Τα παιδιά, π.χ. Σύροι, δηλ. πρόσφυγες, σπουδάζουν. | Είναι δικαίωμα.",
        "Βλ. άρθρο 5 παρ. 2 του ν. 4251/2014, σελ. 12. | Ισχύει.",
        "«Η πρόσβαση είναι δικαίωμα.» | Το είπε ο δικαστής.",
        "Σχολεία, νοσοκομεία κ.λπ. είναι ανοιχτά. | Μουσεία κ.λπ. | Όλα είναι ανοιχτά.",
        "Το είπε ο κ. Α. | Της Μαρίας δεν της άρεσε.",
        "Ο κ. Παπαδόπουλος και η κα. Γεωργίου υπέγραψαν. | Το Π.Δ. 114/2010 ισχύει.",
    ),
    "tr": (
        "Yasa açıktır. | Eskidir.",
        "Belgeler, örn. Pasaport, vb. getirin. | Yeterlidir.",
        "Bkz. md. 5, s. 12 ve No. 6458 sayılı kanun. | Geçerlidir.",
        "Dr. Yılmaz ve Prof. Dr. Kaya imzaladı. | Av. Demir imzalamadı.",
        "Kim ödüyor? | Hiç kimse!",
        "21. yüzyılda bu böyle. | İnsanlar bunu bilir.",
        "T.C. Anayasası m. 16 uygulanır. | Bkz. T.B.M.M. kararı.",
    ),
    "ru": (
        "Закон ясен. | Он старый.",
        "Согласно ст. 5 п. 2 ФЗ № 115 и т. д. это возможно. | Суд согласен.",
        "Дети, т. е. все, учатся, в т. ч. Украинцы и др. | Это право.",
        "Закон принят в 2002 г. и действует. | Он изменён в 2013 г. | Это важно.",
        "Офис в г. Москве на ул. Ленина, д. 5. | Он закрыт.",
        "А. С. Пушкин и Л. Н. Толстой. | Они писали.",
        "«Кто платит?» — спросила она. | «Никто». | Всё.",
        "Статья 16.1. Права ребенка. | См. Приложение № 3 и т. п. | Конец.",
    ),
    "uk": (
        "Закон ясний. | Він старий.",
        "Згідно зі ст. 5 п. 2 та ін. це можливо. | Суд згоден.",
        "Закон прийнято у 2011 р. і він діє. | Його змінено у 2013 р. | Це важливо.",
        "Офіс у м. Київ на вул. Хрещатик, буд. 5. | Він зачинений.",
        "Пан І. Я. Франко жив у м. Львів. | Він писав.",
    ),
    "bg": (
        "Законът е ясен. | Той е стар.",
        "Съгласно чл. 5, ал. 2, т. 3 и др. това е възможно. | Съдът е съгласен.",
        "Приет е през 2001 г. и действа. | Изменен е през 2013 г. | Това е важно.",
        "Г-н Иванов, т.е. Адвокатът, живее на ул. Раковски. | Той помага.",
    ),
    "hu": (
        "A törvény világos. | Régi.",
        "A 2007. évi II. törvény 5. § (2) bek. szerint lehetséges. | A bíróság egyetért.",
        "Iratok, pl. Útlevél, ill. lakcím, stb. kellenek. | Ennyi elég.",
        "2019. május 3. és október 15. között tart. | Mindenki jöhet.",
    ),
    "hr": (
        "Zakon je jasan. | Star je.",
        "Djeca, npr. Ukrajinci, tj. izbjeglice, uče. | To je pravo.",
        "Prema čl. 5. st. 2. Zakona (NN br. 133/20) to je moguće. | Sud se slaže.",
        "Sastanak je 3. svibnja 2019. u Zagrebu. | Svi dolaze.",
    ),
    "ar": (
        "القانون واضح. | وهو قديم.",
        "من يستطيع تقديم الطلب؟ | الجميع! | نعم.",
        "قال د. أحمد إن الحق مكفول. | ووافقت المحكمة.",
        "«الوصول حق.» | هكذا قال القاضي.",
        "بلغت النسبة 3.5 في المئة؛ ثم ارتفعت. | هذا كثير.",
    ),
    "fa": ("قانون روشن است. | چه کسی می‌تواند درخواست کند؟ | همه!",),
    "ur": ("قانون واضح ہے۔ | یہ پرانا ہے۔ | کون درخواست دے سکتا ہے؟ | سب۔",),
    "he": ("החוק ברור. | הוא ישן. | מי יכול לבקש? | כולם!",),
    "ka": ("კანონი ნათელია. | ის ძველია. | ვინ იხდის? | არავინ!",),
    "hy": ("Օրենքը պարզ է։ | Այն հին է։",),
    "ti": ("ሕጊ ንጹር እዩ። | ኣረጊት እዩ። | መን ይኽእል፧ | ኩሉ።",),
    "hi": ("कानून स्पष्ट है। | यह पुराना है।",),
    "zh": (
        "法律很清楚。|它很老。|谁可以申请？|所有人！",
        "“法律很清楚。”他说完就走了。",
        "增长了3.5%。|2019年通过。",
    ),
    "ja": ("法律は明確です。|古いです。|誰が申請できますか？|全員です！",),
}
TABLE = [
    pytest.param(language, marked, id=f"{language}{n}")
    for language in CASES
    for n, marked in enumerate(CASES[language])
]


def unmarked(marked: str) -> tuple[str, list[str]]:
    """The text without its bars, and the sentences between them."""
    return marked.replace(" | ", " ").replace("|", ""), [piece.strip() for piece in marked.split("|")]


@pytest.mark.parametrize(("language", "marked"), TABLE)
def test_boundaries(language: str, marked: str) -> None:
    text, wanted = unmarked(marked)
    assert [text[start:end] for start, end in split_sentences(text, language)] == wanted


def test_spans_count_code_points_of_the_text_as_given() -> None:
    text = "\n  Über 𝒳 alles. \n\n Ça va ?\t"
    assert split_sentences(text, "de") == [Span(3, 16), Span(20, 27)]


def test_soft_wraps_are_no_boundaries() -> None:
    text = "Das gilt z.\nB. nach Art.\n6 Abs.\n\n1 DSGVO.\nDie Norm\nist klar."
    assert [" ".join(text[a:b].split()) for a, b in split_sentences(text, "de")] == [
        "Das gilt z. B. nach Art. 6 Abs. 1 DSGVO.",
        "Die Norm ist klar.",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_text_without_words_has_no_sentences(text: str) -> None:
    assert split_sentences(text) == []


@pytest.mark.parametrize(
    ("language", "count"), [("de", 1), ("de-AT", 1), ("DE_ch", 1), ("lb", 1), ("en", 2), ("xx", 2)]
)
def test_the_region_is_ignored_and_an_unknown_language_has_the_shared_rules(language: str, count: int) -> None:
    assert len(split_sentences("Es gilt ab 3. Mai.", language)) == count


def test_time_is_linear_in_the_text() -> None:
    """Texts that would take minutes if a rule looked at the whole text at every full stop."""
    hostile = (
        ". " * 50_000,
        "p. a " * 20_000,
        "(a. B) " * 10_000,
        "a. 1 B " * 10_000,
        "." * 100_000 + "x",
        "a" * 50_000 + "'. B",
    )
    began = time.perf_counter()
    for text in hostile:
        split_sentences(text)
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("language", CASES)
def test_a_word_is_in_one_class_of_abbreviations_at_most(language: str) -> None:
    words = abbreviations(language)
    classes = [*words.joining, *words.numbered, *words.naming, *words.closing]
    assert sorted(classes) == sorted(set(classes))
    assert all(not word.endswith(".") for word in classes)
    assert all(word == word.casefold() for word in words.starters | words.numbered | words.naming | words.closing)
