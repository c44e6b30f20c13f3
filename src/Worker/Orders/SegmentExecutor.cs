using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Imaging.Evaluation;
using Hermes.Imaging.Prompts;
using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;
using Hermes.Model.Inference;
using Hermes.Worker.Pictures;
using Hermes.Worker.Protocol;

namespace Hermes.Worker.Orders;

/// <summary>Answers questions about one image and, where a reference is given, says how well.</summary>
internal sealed class SegmentExecutor(WorkerBlobs blobs, ModelCache models, VolumeLimits limits, MessageWriter messages, Pulse pulse, TimeProvider time)
{
    public IReadOnlyList<SegmentAnswer> Execute(SegmentOrder order, CancellationToken cancellationToken)
    {
        var requests = order.Requests;
        if (requests is not { Count: > 0 and <= SegmentOrder.MostQuestions }
            || requests.Any(r => r.Image.Sha256 != requests[0].Image.Sha256 || r.Package.Sha256 != requests[0].Package.Sha256))
        {
            throw new HermesException($"A segment order has one to {SegmentOrder.MostQuestions} questions, all about the same image to the same trunk.");
        }

        var started = time.GetTimestamp();
        messages.Progress(order.OrderId, Phases.Load, 0, 0);
        NiftiImage scan;
        try
        {
            scan = blobs.Read(requests[0].Image, path => NiftiReader.ReadImage(path, limits));
        }
        catch (VolumeFormatException error)
        {
            // Who asked knows the file by a name of their own.
            return [.. requests.Select(r => new SegmentAnswer(null, FailureOf.Named(error, NameOf(r))))];
        }

        if (requests.Any(r => r.Probe is not null))
        {
            models.ReleaseBranches();
        }

        var answers = new SegmentAnswer[requests.Count];
        var (segmenter, questions) = (new Segmenter(models.Get(requests[0].Package, null).Trunk), new List<(int Index, Question Question)>());
        foreach (var (request, index) in requests.Select((r, i) => (r, i)))
        {
            answers[index] = Try(request, () =>
            {
                var question = ToQuestion(request);
                segmenter.Require(question);
                questions.Add((index, question));
                return null;
            });
        }

        cancellationToken.ThrowIfCancellationRequested();
        pulse.At(WorkPhase.Window);
        var found = segmenter.Segment(scan.Volume, [.. questions.Select(q => q.Question)], (done, total) =>
        {
            pulse.At(WorkPhase.Window);
            messages.Progress(order.OrderId, Phases.Window, done, total);
        }, cancellationToken);

        pulse.At(WorkPhase.Store);
        var previews = new PreviewMaker(blobs.Store, scan.Volume, requests[0].Prompt.Modality);
        foreach (var ((index, _), answer) in questions.Zip(found))
        {
            answers[index] = Try(requests[index], () => Result(requests[index], scan, answer, previews, started));
        }

        return answers;
    }

    // What is wrong with one question is no reason not to answer the others.
    private static SegmentAnswer Try(SegmentationRequest request, Func<SegmentationResult?> answer)
    {
        try
        {
            return new SegmentAnswer(answer());
        }
        catch (ArgumentException refused)
        {
            return new SegmentAnswer(null, new Failure(refused.Message, request.ImageFile));
        }
        catch (Exception error) when (FailureOf.IsTellable(error) && FailureOf.Exception(error) is { IsPassing: false } failure)
        {
            Console.Error.WriteLine(error);
            return new SegmentAnswer(null, failure);
        }
    }

    private Question ToQuestion(SegmentationRequest request)
    {
        var wanted = request.Prompt.Wanted.Select(l => new LabelledTask(checked((ushort)l.Value), l.Task));
        var (trunk, branch) = models.Get(request.Package, request.Branch);
        var modality = request.Prompt.Modality;
        var hasPrior = trunk.Network.Priors.Vocabulary.HasModality(modality) || branch?.Branch.Vocabulary.HasModality(modality) == true;

        // A network has a prior for an unknown modality in any case, unless a dataset's modality is called so.
        var sample = new SamplePrompt([.. request.Prompt.Tasks], modality == ModalityNames.Unknown && !hasPrior ? null : modality);
        return new Question(new PromptedTasks(sample, [.. wanted]), branch, request.Separate);
    }

    private SegmentationResult Result(SegmentationRequest request, NiftiImage scan, Segmentation answer, PreviewMaker previews, long started)
    {
        var image = scan.Volume;
        var reference = request.Reference is { } labels
            ? LabelAlignment.OntoImageGrid(blobs.Read(labels, path => NiftiReader.ReadLabels(path, limits)).Volume, image.Geometry, "the reference")
            : null;
        var labelMap = answer.LabelMap is { } map ? Store(path => NiftiWriter.Write(path, map, scan.Header)) : null;
        var masks = answer.Masks.Select(mask => Store(path => NiftiWriter.Write(path, mask, scan.Header))).ToList();
        var counts = answer.LabelMap is { } counted ? Count(counted) : null;
        var tasks = request.Prompt.Wanted.Select((label, index) => new SegmentedTask
        {
            Task = label.Task,
            Value = label.Value,
            VolumeMl = (counts is null ? answer.Masks[index].Voxels.LongCount(v => v != 0) : counts[label.Value]) * image.Geometry.VoxelVolumeMl,
            Mask = counts is null ? masks[index] : null,
            Agreement = reference is null ? null : Agreement(answer, index, label, reference, request),
        }).ToList();

        return new SegmentationResult
        {
            LabelMap = labelMap,
            Tasks = tasks,
            PromptGroup = request.Prompt.Group ?? "",
            Modality = request.Prompt.Modality,
            GeometryDigest = image.Geometry.Digest,
            GeometryChecked = masks.Append(labelMap).OfType<BlobRef>().All(stored => HasGeometry(stored, image.Geometry)),
            Windows = answer.Windows,
            Seconds = time.GetElapsedTime(started).TotalSeconds,
            Warnings = [.. scan.Header.Remarks.Select(remark => $"{NameOf(request)}: {remark}.")],
            Preview = request.Probe is null && answer.LabelMap is { } shown ? previews.Of(shown, [.. request.Prompt.Wanted.Select(l => (l.Value, l.Task))]) : null,
            Overlaps = request.AgainstEach && reference is not null && answer.LabelMap is { } compared ? Overlaps(compared, reference, request) : [],
        };
    }

    private static string NameOf(SegmentationRequest request) => request.ImageFile ?? "The image";

    private static TaskAgreement? Agreement(Segmentation answer, int index, PromptLabel label, Volume<ushort> reference, SegmentationRequest request)
    {
        if (request.ReferenceLabels.FirstOrDefault(l => l.Task == label.Task) is not { } known)
        {
            return null;
        }

        var value = checked((ushort)known.Value);
        var score = answer.LabelMap is { } map
            ? DiceEvaluation.Evaluate(map, reference, [new EvaluatedTask(label.Task, checked((ushort)label.Value), value)])[0]
            : DiceEvaluation.Evaluate(label.Task, answer.Masks[index], reference, value);
        return new TaskAgreement(score.Dice, score.ReferenceMl, score.FalsePositiveMl, score.FalseNegativeMl);
    }

    private static List<TaskOverlap> Overlaps(Volume<ushort> found, Volume<ushort> reference, SegmentationRequest request)
    {
        var (inFound, inReference, common) = (Count(found), Count(reference), LabelOverlap.Count(found.Voxels, reference.Voxels));
        var ml = found.Geometry.VoxelVolumeMl;
        return
        [
            .. from task in request.Prompt.Wanted
               from label in request.ReferenceLabels
               let voxels = common.GetValueOrDefault((checked((ushort)task.Value), checked((ushort)label.Value)))
               where voxels > 0
               select new TaskOverlap(task.Task, label.Task, voxels * ml, inFound[task.Value] * ml, inReference[label.Value] * ml),
        ];
    }

    private BlobRef Store(Action<string> write) => blobs.Store(MediaTypes.NiftiGz, ".nii.gz", write);

    private bool HasGeometry(BlobRef stored, VolumeGeometry expected) =>
        blobs.Read(stored, path => NiftiReader.ReadHeader(path, limits)).Geometry.SamePhysicalSpace(expected, out _);

    private static long[] Count(Volume<ushort> labels)
    {
        var counts = new long[ushort.MaxValue + 1];
        foreach (var value in labels.Voxels)
        {
            counts[value]++;
        }

        return counts;
    }
}
