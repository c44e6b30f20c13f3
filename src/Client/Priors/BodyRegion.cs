using Hermes.Imaging.Structures;

namespace Hermes.Client.Priors;

/// <summary>Where in the body a structure is, as far as its name says.</summary>
public static class BodyRegion
{
    /// <summary>What is said where a name says nothing.</summary>
    public const string Unknown = "unknown";

    private const int LongestTerm = 3;

    // The terms of public datasets, in the singular. Of several in a name the longest speaks, then the region that stands first: a lesion of the liver is in the abdomen.
    private static readonly (string Region, string Terms)[] Table =
    [
        ("head and neck",
            "head and neck, brain, brainstem, brain stem, cerebrum, cerebellum, cerebellar, thalamus, hippocampus, amygdala, putamen, caudate, pallidum, accumbens, ventricles, "
            + "lateral ventricle, third ventricle, fourth ventricle, white matter, gray matter, grey matter, csf, corpus callosum, temporal lobe, frontal lobe, parietal lobe, "
            + "occipital lobe, pituitary, hypophysis, optic nerve, optic disc, chiasm, chiasma, eye, lens, cochlea, inner ear, middle ear, mandible, mandibula, tmj, "
            + "temporomandibular joint, parotid, submandibular, salivary gland, oral cavity, tongue, tooth, teeth, maxilla, maxillary sinus, nasal cavity, pharynx, larynx, glottis, "
            + "thyroid, carotid, jugular, skull, face, glioma"),
        ("thorax",
            "thorax, chest, lung, heart, atrium, atrial, ventricle, myocardium, lv, rv, pericardium, coronary, pulmonary, trachea, bronchus, bronchi, airway, esophagus, oesophagus, "
            + "superior vena cava, brachiocephalic, subclavian, mediastinum, mediastinal, pleura, pleural, thymus, breast, rib, sternum, costal"),
        ("abdomen",
            "abdomen, liver, hepatic, spleen, splenic, kidney, renal, pancreas, pancreatic, stomach, gallbladder, gall bladder, bile duct, adrenal, suprarenal, duodenum, colon, bowel, "
            + "intestine, jejunum, ileum, mesentery, mesenteric, celiac, aorta, vena cava, postcava, portal vein"),
        ("pelvis", "pelvis, bladder, prostate, seminal vesicle, uterus, cervix, ovary, vagina, rectum, sigmoid, anal canal, penis, testis, hip, iliac, iliopsoas, gluteus"),
        ("spine", "spine, spinal cord, spinal canal, vertebra, vertebrae, vertebral, disc, sacrum, coccyx, autochthon, cauda equina"),
        ("limbs",
            "femur, femoral, humerus, humeral, tibia, tibial, fibula, patella, patellar, radius, ulna, knee, elbow, wrist, ankle, hand, foot, scapula, clavicle, clavicula, shoulder, "
            + "thigh, calf, quadriceps, meniscus, arm, leg"),
        ("whole body", "body, lesion, tumor, tumour, metastasis, metastases, cancer, lymphoma, melanoma, cyst, lymph node, node, nodule, skin, fat, muscle, bone, vessel"),
    ];

    private static readonly char[] Digits = [.. "0123456789"];

    private static readonly Dictionary<string, string> RegionOf =
        Table.SelectMany(row => row.Terms.Split(", ").Select(term => (Term: term, row.Region))).ToDictionary(t => t.Term, t => t.Region);

    /// <summary>All regions there are, from head to foot, and last <see cref="Unknown"/>.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Table.Select(row => row.Region), Unknown];

    /// <summary>The region of a task, <c>dataset/structure</c>: what its structure is called. Sides, numbers and the plural say nothing.</summary>
    public static string Of(string task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var structure = task[(task.IndexOf('/', StringComparison.Ordinal) + 1)..];
        string[] words = [.. StructureName.Of(structure).Words.Select(word => word.TrimEnd(Digits)).Where(word => word.Length > 0)];
        for (var length = Math.Min(LongestTerm, words.Length); length > 0; length--)
        {
            var found = Enumerable.Range(0, words.Length - length + 1).Select(from => Find(string.Join(' ', words.AsSpan(from, length).ToArray()))).OfType<string>().ToHashSet();
            if (All.FirstOrDefault(found.Contains) is { } region)
            {
                return region;
            }
        }

        return Unknown;
    }

    private static string? Find(string term) => RegionOf.GetValueOrDefault(term) ?? (term.EndsWith('s') ? RegionOf.GetValueOrDefault(term[..^1]) : null);
}
