using Hermes.Imaging.Configuration;
using Hermes.Model.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>
/// Hermes-R (docs/method.md, The network): a residual U-Net that is told by context priors which tasks to segment in which modality.
/// Not thread-safe; all work stays on one thread.
/// </summary>
public sealed class HermesNetwork : Module
{
    private readonly Parameter _stem;
    private readonly ConvolutionStage _input;
    private readonly ConvolutionStage[] _down = new ConvolutionStage[4];
    private readonly PriorFusion[] _fuse = new PriorFusion[PriorPool.Scales];
    private readonly ConvolutionStage[] _up = new ConvolutionStage[4];
    private readonly PriorClassifier _masks;
    private readonly ModalityClassifier _modality;

    /// <summary>Creates a network with first values drawn from the generator: the same seed gives the same bits.</summary>
    /// <param name="configuration">Widths and depths.</param>
    /// <param name="vocabulary">Tasks and modalities to hold priors for.</param>
    /// <param name="generator">A CPU generator.</param>
    /// <exception cref="ArgumentException">The configuration does not describe a network.</exception>
    public HermesNetwork(NetworkConfiguration configuration, PriorVocabulary vocabulary, Generator generator)
        : base(nameof(HermesNetwork))
    {
        configuration.Validate();
        Configuration = configuration;
        var source = new ParameterSource(generator);
        IReadOnlyList<int> width = configuration.Widths;
        IReadOnlyList<int> blocks = configuration.BlocksPerStage;
        Priors = new PriorPool(configuration, vocabulary);

        _stem = source.Convolution(1, width[0]);
        _input = new ConvolutionStage(width[0], width[0], 1, source);
        _down[0] = new ConvolutionStage(width[0], width[1], blocks[0], source);
        _down[1] = new ConvolutionStage(width[1], width[2], blocks[1], source);
        _fuse[0] = Fusion(0, source);
        _down[2] = new ConvolutionStage(width[2], width[3], blocks[2], source);
        _fuse[1] = Fusion(1, source);
        _down[3] = new ConvolutionStage(width[3], width[4], blocks[3], source);
        _fuse[2] = Fusion(2, source);
        _up[0] = new ConvolutionStage(width[4] + width[3], width[3], blocks[2], source);
        _fuse[3] = Fusion(3, source);
        _up[1] = new ConvolutionStage(width[3] + width[2], width[2], blocks[1], source);
        _fuse[4] = Fusion(4, source);
        _up[2] = new ConvolutionStage(width[2] + width[1], width[1], blocks[0], source);
        _up[3] = new ConvolutionStage(width[1] + width[0], width[0], 2, source);
        _masks = new PriorClassifier(configuration.PosteriorWidth, configuration.PrototypeHiddenWidth ?? width[0], width[0], source);
        _modality = new ModalityClassifier(configuration.PosteriorWidth, configuration.ModalityTokens, vocabulary.Modalities.Length, source);
        RegisterAll();
    }

    /// <summary>Widths and depths.</summary>
    public NetworkConfiguration Configuration { get; }

    /// <summary>The learned priors, found by task and modality.</summary>
    public PriorPool Priors { get; }

    /// <summary>Number format of the convolutions. Parameters, statistics and everything else stay float32.</summary>
    public ConvolutionPrecision Precision { get; set; } = ConvolutionPrecision.Full;

    internal Parameter Stem => _stem;

    internal ConvolutionStage Input => _input;

    internal IReadOnlyList<ConvolutionStage> Down => _down;

    internal IReadOnlyList<PriorFusion> Fuse => _fuse;

    internal IReadOnlyList<ConvolutionStage> Up => _up;

    internal PriorClassifier Masks => _masks;

    internal ModalityClassifier Modality => _modality;

    /// <summary>Segments a batch as the prompt asks.</summary>
    /// <param name="image">[B, 1, D, H, W] float32, every axis at least 32 voxels.</param>
    /// <param name="prompt">One entry per image.</param>
    /// <param name="branch">What the prompt group owns beside this network; null if it was trained with it.</param>
    /// <returns>Logits and posterior tokens, in the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">The image has another shape, or the prompt names a task or modality without a prior.</exception>
    public NetworkOutput Forward(Tensor image, Prompt prompt, Branch? branch = null)
    {
        using var scope = NewDisposeScope();
        return Answer(Encode(image), prompt, branch).MoveToOuterDisposeScope();
    }

    /// <summary>The stages before the first fusion, which do not depend on what is asked.</summary>
    /// <param name="image">[B, 1, D, H, W] float32, every axis at least 32 voxels.</param>
    /// <returns>Features in the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">The image has another shape.</exception>
    public EncodedImage Encode(Tensor image)
    {
        Check(image);
        using var scope = NewDisposeScope();

        // The stem stays in float32: its single input channel costs nothing, and libtorch's bfloat16 convolution of one channel is wrong.
        var full = Run(_input, Convolution.Apply(image, _stem));
        var half = Run(_down[0], Halve(full));
        var quarter = Run(_down[1], Halve(half));
        return new EncodedImage(full.MoveToOuterDisposeScope(), half.MoveToOuterDisposeScope(), quarter.MoveToOuterDisposeScope());
    }

    /// <summary>The stages from the first fusion on.</summary>
    /// <param name="encoded">What <see cref="Encode"/> made of the images; not changed.</param>
    /// <param name="prompt">One entry per image.</param>
    /// <param name="branch">What the prompt group owns beside this network; null if it was trained with it.</param>
    /// <returns>Logits and posterior tokens, in the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">The prompt names a task or modality without a prior, or has another number of entries.</exception>
    public NetworkOutput Answer(EncodedImage encoded, Prompt prompt, Branch? branch = null)
    {
        Check(encoded, prompt);
        using var scope = NewDisposeScope();
        (var full, var half, var quarter) = encoded;
        var rows = Priors.Locate(prompt, branch, full.device);
        var posterior = new Tensor[PriorPool.Scales];
        Tensor Fused(int scale, Tensor map)
        {
            (map, posterior[scale]) = _fuse[scale].Forward(map, Priors.Select(scale, rows, branch), rows.Visible);
            return map;
        }

        quarter = Fused(0, quarter);
        var eighth = Fused(1, Run(_down[2], Halve(quarter)));
        var deepest = Fused(2, Run(_down[3], Halve(eighth)));
        var features = Fused(3, Run(_up[0], UpsampledJoin.Apply(eighth, deepest)));
        features = Fused(4, Run(_up[1], UpsampledJoin.Apply(quarter, features)));
        features = Run(branch?.Up3 ?? _up[2], UpsampledJoin.Apply(half, features));
        features = Run(branch?.Up4 ?? _up[3], UpsampledJoin.Apply(full, features));

        var masks = _masks.Forward(features, posterior, rows.Width);
        var modality = branch is null ? _modality.Forward(posterior, rows.Width) : null;
        return new NetworkOutput(masks, modality, posterior).MoveToOuterDisposeScope();
    }

    /// <summary>All parameters under their official names, in the order of the official state dict.</summary>
    public IReadOnlyList<NetworkParameter> NamedParameters() => [.. OfficialNames.Of(this)];

    /// <summary>Begins as another network of the same sizes: all weights, and priors by identity. What the other has no prior for stays as it was drawn.</summary>
    /// <exception cref="ArgumentException">The other has other sizes.</exception>
    public void BeginAs(HermesNetwork other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Configuration != Configuration)
        {
            throw new ArgumentException("The network to begin as has other sizes.", nameof(other));
        }

        var (own, its) = (Priors.Vocabulary, other.Priors.Vocabulary);
        (int, int)[] tasks = [.. own.Tasks.Where(its.HasTask).Select(task => (own.TaskRow(task), its.TaskRow(task)))];
        (int, int)[] modalities = [.. own.Modalities.Where(its.HasModality).Select(modality => (own.ModalityRow(modality), its.ModalityRow(modality)))];
        for (var scale = 0; scale < PriorPool.Scales; scale++)
        {
            Priors.TaskTable(scale).BeginAs(other.Priors.TaskTable(scale), tasks);
            Priors.ModalityTable(scale).BeginAs(other.Priors.ModalityTable(scale), modalities);
        }

        Modality.Weight2.BeginAs(other.Modality.Weight2, modalities);
        Modality.Bias2.BeginAs(other.Modality.Bias2, modalities);
        using var frozen = no_grad();
        foreach ((var parameter, var like) in NamedParameters().Zip(other.NamedParameters()))
        {
            // A table has two pieces, rows and reserve.
            if (parameter.Pieces is [var piece])
            {
                piece.copy_(like.Pieces[0]);
            }
        }
    }

    /// <summary>Stops the stages before the first fusion and between fusions on the way down from learning.</summary>
    internal void FreezeEncoder()
    {
        foreach (var piece in OfficialNames.Of(this).Where(OfficialNames.IsEncoder).SelectMany(parameter => parameter.Pieces))
        {
            piece.requires_grad = false;
        }
    }

    private Tensor Run(ConvolutionStage stage, Tensor features) => stage.Forward(features, Precision.For(features));

    private static Tensor Halve(Tensor features) => functional.max_pool3d(features, [2, 2, 2]);

    private static void Check(Tensor image)
    {
        if (image.dim() != 5 || image.shape[1] != 1 || image.dtype != ScalarType.Float32
            || image.shape[2..].Any(axis => axis < NetworkConfiguration.SmallestAxis))
        {
            throw new ArgumentException(
                $"Expected a float32 image [B, 1, D, H, W] with axes of at least {NetworkConfiguration.SmallestAxis} voxels, found {image.dtype} [{string.Join(", ", image.shape)}].", nameof(image));
        }
    }

    private static void Check(EncodedImage encoded, Prompt prompt)
    {
        if (prompt.Samples.Length != encoded.Full.shape[0])
        {
            throw new ArgumentException($"The prompt asks about {prompt.Samples.Length} images, the batch has {encoded.Full.shape[0]}.", nameof(prompt));
        }
    }

    private PriorFusion Fusion(int scale, ParameterSource source)
    {
        var width = Configuration.FusionWidths[scale];
        Priors.Draw(scale, source);
        return new PriorFusion(width, Configuration.HeadsFor(width), Configuration.HeadDimension, Configuration.FusionBlocks[scale], source);
    }

    private void RegisterAll()
    {
        register_parameter("stem", _stem);
        register_module("input", _input);
        for (var i = 0; i < _down.Length; i++)
        {
            register_module($"down{i}", _down[i]);
        }

        register_module("priors", Priors);
        for (var i = 0; i < _fuse.Length; i++)
        {
            register_module($"fuse{i}", _fuse[i]);
        }

        for (var i = 0; i < _up.Length; i++)
        {
            register_module($"up{i}", _up[i]);
        }

        register_module("masks", _masks);
        register_module("modality", _modality);
    }
}
