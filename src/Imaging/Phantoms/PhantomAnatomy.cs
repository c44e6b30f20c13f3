using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Phantoms;

/// <summary>
/// What a kind of phantom is made of and how it is scanned. Organs share their intensities with tissue that has no label, so that only shape,
/// place and surroundings tell them apart.
/// </summary>
internal sealed class PhantomAnatomy
{
    private const ushort Stomach = 5;
    private const ushort Bowel = 6;

    // A little above real fat: the mesentery is full of vessels.
    private const double Fat = -15;

    private PhantomAnatomy(double air, double edge, Point3 field)
    {
        Air = air;
        Edge = edge;
        Field = field;
    }

    /// <summary>Intensity outside the body.</summary>
    public double Air { get; }

    /// <summary>Width in mm over which one tissue passes into the next.</summary>
    public double Edge { get; }

    /// <summary>Smallest field of view in mm along right, front, head.</summary>
    public Point3 Field { get; }

    /// <summary>Background first.</summary>
    public List<PhantomStructure> Structures { get; } = [];

    /// <summary>Label to name.</summary>
    public static IReadOnlyDictionary<ushort, string> Names(PhantomKind kind) => kind switch
    {
        PhantomKind.Ct => new SortedDictionary<ushort, string> { [1] = "liver", [2] = "spleen", [3] = "kidney_right", [4] = "kidney_left" },
        PhantomKind.T1 => new SortedDictionary<ushort, string> { [1] = "ventricles", [2] = "thalamus", [3] = "cerebellum" },
        PhantomKind.Pet => new SortedDictionary<ushort, string> { [1] = "lesion" },
        PhantomKind.Gut => new SortedDictionary<ushort, string> { [1] = "stomach", [2] = "bowel" },
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Draws one individual.</summary>
    public static PhantomAnatomy Draw(PhantomKind kind, SeededRandom random) => kind switch
    {
        PhantomKind.Ct => Abdomen(random, new Dictionary<ushort, ushort> { [1] = 1, [2] = 2, [3] = 3, [4] = 4 }),
        PhantomKind.T1 => Head(random),
        PhantomKind.Pet => Torso(random),
        PhantomKind.Gut => Abdomen(random, new Dictionary<ushort, ushort> { [Stomach] = 1, [Bowel] = 2 }),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    // What a group does not label is there all the same.
    private static PhantomAnatomy Abdomen(SeededRandom random, Dictionary<ushort, ushort> labelled)
    {
        var anatomy = new PhantomAnatomy(-1000, 2.5, new Point3(106, 84, 84));
        void Add(ushort label, Point3 centre, Point3 radii, double hu, double shift = 2.5)
        {
            var structure = new PhantomStructure(labelled.GetValueOrDefault(label), centre, radii, hu).Vary(random, shift, 0.1, 8);
            if (label is not (0 or Stomach or Bowel))
            {
                anatomy.Structures.Add(structure.Rim(2.5, Fat));
            }

            anatomy.Structures.Add(structure);
        }

        Add(0, new(0, 0, 0), new(48, 36, 140), -90, 1); // under the skin
        Add(0, new(0, 0, 0), new(44, 32, 130), 62, 1); // muscle, as dense as the organs
        Add(0, new(0, 2, 0), new(39, 27, 120), Fat, 1); // between the organs
        Add(Stomach, new(-14, 13, 12), new(13, 10, 14), 64);
        Add(Bowel, new(4, 14, -24), new(24, 9, 11), 60);
        Add(1, new(18, 6, 15), new(20, 20, 19), 66);
        Add(2, new(-29, -7, 15), new(10, 14, 16), 72);
        Add(0, new(0, -24, 0), new(8, 8, 130), 280, 1); // spine
        Add(0, new(-5, -13, 0), new(5, 5, 130), 170, 1); // aorta, on the left: what tells the sides apart close to the kidneys
        Add(3, new(20, -15, -17), new(9, 8, 15), 84);
        Add(4, new(-20, -15, -11), new(9, 8, 15), 84);
        return anatomy;
    }

    private static PhantomAnatomy Head(SeededRandom random)
    {
        var anatomy = new PhantomAnatomy(0.02, 2.5, new Point3(96, 108, 100));
        PhantomStructure Make(ushort label, Point3 centre, Point3 radii, double intensity, double shift) =>
            new PhantomStructure(label, centre, radii, intensity).Vary(random, shift, 0.08, 0.02);
        void Add(ushort label, Point3 centre, Point3 radii, double intensity, double shift = 1.5) =>
            anatomy.Structures.Add(Make(label, centre, radii, intensity, shift));

        Add(0, new(0, 0, 0), new(43, 49, 45), 0.80, 0.5); // scalp
        Add(0, new(0, 0, 0), new(39, 45, 41), 0.14, 0.5); // skull
        Add(0, new(0, 0, 0), new(36, 42, 38), 0.24, 0.5); // CSF
        Add(0, new(0, 1, 1), new(34, 39, 35), 0.50, 0.5); // cortex, as bright as thalamus and cerebellum
        Add(0, new(0, 2, 3), new(27, 32, 26), 0.76, 0.5); // white matter
        var cerebellum = Make(3, new(0, -22, -20), new(23, 14, 11), 0.52, 1.5);
        anatomy.Structures.AddRange([cerebellum.Rim(2.5, 0.28), cerebellum]);
        foreach (var side in (int[])[1, -1])
        {
            Add(1, new(side * 8.5, 4, 10), new(6, 17, 7.5), 0.24, 1);
            Add(2, new(side * 9, -7, -4), new(8, 11, 7.5), 0.53, 1);
        }

        return anatomy;
    }

    private static PhantomAnatomy Torso(SeededRandom random)
    {
        var anatomy = new PhantomAnatomy(0.03, 4, new Point3(102, 80, 118));
        void Add(ushort label, Point3 centre, Point3 radii, double uptake, double shift = 2) =>
            anatomy.Structures.Add(new PhantomStructure(label, centre, radii, uptake).Vary(random, shift, 0.1, uptake * 0.12));

        Add(0, new(0, 0, 0), new(46, 34, 55), 1, 1); // body
        Add(0, new(18, 4, 2), new(18, 17, 14), 2.1); // liver
        Add(0, new(0, 2, 35), new(19, 18, 13), 6.5); // brain
        Add(0, new(0, 4, -38), new(15, 12, 10), 6.5); // bladder
        var physiological = anatomy.Structures.Count;
        var lesions = 2 + random.Below(3);
        for (var attempt = 0; attempt < 500 && anatomy.Structures.Count < physiological + lesions; attempt++)
        {
            var radius = random.Uniform(7.5, 10.5);
            var centre = new Point3(random.Uniform(-34, 34), random.Uniform(-24, 24), random.Uniform(-22, 18));
            double x = centre.X / (42 - radius), y = centre.Y / (30 - radius);
            var apart = anatomy.Structures.Skip(2).All(s =>
                centre.DistanceTo(s.Centre) > radius + 4 + Math.Max(s.Radii.X, Math.Max(s.Radii.Y, s.Radii.Z)));
            if (x * x + y * y < 1 && apart)
            {
                anatomy.Structures.Add(
                    new PhantomStructure(1, centre, new Point3(radius, radius, radius), random.Uniform(5, 8)).Vary(random, 0, 0.12, 0));
            }
        }

        return anatomy;
    }
}
